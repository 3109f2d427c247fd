#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# layout.sh - print what programs and kernel images agree on
#
# usage: layout.sh registers|program|interface
#
#   registers  address of the registers of the machine, the section .fl_hw of a program
#   program    lowest address of a program, above all images
#   interface  64 hexadecimal digits that change with a header of the interface of kernels
#
# Kernels' code has 32-bit addresses, so all are below 2 GiB:
#
#   0x04000000  what a program maps under Valgrind
#   0x08000000  images of kernels, 8 MiB each, the first one on top
#   0x20000000  the machine (src/machine/arena.c)
#   0x58000000  Valgrind
#   0x60000000  the program
#   0x7fff0000  its section .fl_hw
#
# The heap begins up to 1 GiB behind the last of them.
set -eu

case $1 in
registers) echo 0x7fff0000 ;;
program) echo 0x60000000 ;;
interface)
	cd "$(dirname "$0")/../.."
	cat src/kernel.h src/machine/port.h src/machine/hardware.h include/faultlab/types.h |
		sha256sum | cut -d ' ' -f 1 | tr -d '\n'
	;;
esac
