/* SPDX-License-Identifier: GPL-2.0-only */
/* mix.h - a 64-bit mixing function: SplitMix64, Steele, Lea and Flood 2014 */
#ifndef FL_EXPLORE_MIX_H
#define FL_EXPLORE_MIX_H

#include <stdint.h>

#define FL_MIX_STEP 0x9e3779b97f4a7c15UL /* from one state to the next */

static inline uint64_t fl_mix(uint64_t x)
{
	x += FL_MIX_STEP;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9UL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebUL;
	return x ^ x >> 31;
}

#endif /* FL_EXPLORE_MIX_H */
