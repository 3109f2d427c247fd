/* SPDX-License-Identifier: GPL-2.0-only */
/* json.h - a recording as a value of the JSON library, to be part of others */
#ifndef FL_STORY_JSON_H
#define FL_STORY_JSON_H

#include <jansson.h>

#include "faultlab/story.h"

#define FL_RECORDING_SCHEMA "faultlab-recording-1"

/* Return: a new reference; NULL: out of memory. */
json_t *fl_recording_value(const struct fl_recording *recording);

#endif /* FL_STORY_JSON_H */
