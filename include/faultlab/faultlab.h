/* SPDX-License-Identifier: GPL-2.0-only */
/* faultlab.h - the whole public API */
#ifndef FAULTLAB_FAULTLAB_H
#define FAULTLAB_FAULTLAB_H

#include "faultlab/types.h"
#include "faultlab/world.h"
#include "faultlab/process.h"
#include "faultlab/story.h"
#include "faultlab/thread.h"
#include "faultlab/device.h"
#include "faultlab/event.h"
#include "faultlab/explore.h"
#include "faultlab/view.h"
#include "faultlab/folio.h"
#include "faultlab/replace.h"
#include "faultlab/unit.h"

#endif /* FAULTLAB_FAULTLAB_H */
