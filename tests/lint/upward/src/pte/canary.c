/* SPDX-License-Identifier: GPL-2.0-only */
#include "fault/fault.h"
#	include "../fault/fault.h"
