/* SPDX-License-Identifier: GPL-2.0-only */
/* view.h - the model's state in the types of types.h */
#ifndef FL_MODEL_VIEW_H
#define FL_MODEL_VIEW_H

#include "kernel.h"

extern const struct fl_view_ops view_ops;

#endif /* FL_MODEL_VIEW_H */
