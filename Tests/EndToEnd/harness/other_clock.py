#!/usr/bin/python3
"""Runs a program, a static one too, with another time of day: other_clock.py SECONDS COMMAND... (SECONDS since 1970).

It traces the program and all that it starts, takes the kernel's vDSO away from each (so that asking for the time
becomes a system call), and changes what the calls answer. Only the real-time clock is
another one; monotonic clocks stay.
"""

import ctypes
import os
import signal
import struct
import sys
import time

PTRACE_TRACEME, PTRACE_GETREGS, PTRACE_SYSCALL, PTRACE_SETOPTIONS, PTRACE_GETEVENTMSG = 0, 12, 24, 0x4200, 0x4201
PTRACE_SETREGS = 13
SYSGOOD, FORK, VFORK, CLONE, EXEC, EXITKILL = 1, 2, 4, 8, 16, 0x100000
EVENT_EXEC = 4
ORIG_RAX, RAX, RSI, RDI, RSP = 15, 10, 13, 14, 19
GETTIMEOFDAY, TIME, CLOCK_GETTIME = 96, 201, 228
REALTIME_CLOCKS = (0, 5)  # CLOCK_REALTIME, CLOCK_REALTIME_COARSE
AT_IGNORE, AT_SYSINFO_EHDR = 1, 33

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
Registers = ctypes.c_ulonglong * 27


def ptrace(request, process, data=None):
    return libc.ptrace(request, process, None, data)


def take_vdso_away(process, stack):
    """Looks for the vDSO's address in the auxiliary vector above arguments and environment, and hides it."""
    with open(f"/proc/{process}/mem", "r+b", buffering=0) as memory:
        def word(address):
            memory.seek(address)
            return struct.unpack("Q", memory.read(8))[0]
        place = stack + 8 * (word(stack) + 2)
        while word(place):
            place += 8
        place += 8
        while word(place):
            if word(place) == AT_SYSINFO_EHDR:
                memory.seek(place)
                memory.write(struct.pack("Q", AT_IGNORE))
            place += 16


def change_answer(process, registers, shift):
    call, result = registers[ORIG_RAX], ctypes.c_longlong(registers[RAX]).value
    address = None
    if call == CLOCK_GETTIME and registers[RDI] in REALTIME_CLOCKS and result == 0:
        address = registers[RSI]
    elif call == GETTIMEOFDAY and result == 0:
        address = registers[RDI]
    elif call == TIME and result > 0:
        address = registers[RDI]
        registers[RAX] = result + shift
        ptrace(PTRACE_SETREGS, process, ctypes.byref(registers))
    if address:
        with open(f"/proc/{process}/mem", "r+b", buffering=0) as memory:
            memory.seek(address)
            seconds = struct.unpack("q", memory.read(8))[0]
            memory.seek(address)
            memory.write(struct.pack("q", seconds + shift))


def main(now, command):
    shift = int(now) - int(time.time())
    first = os.fork()
    if first == 0:
        ptrace(PTRACE_TRACEME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        os.execvp(command[0], command)
    os.waitpid(first, 0)
    ptrace(PTRACE_SETOPTIONS, first, SYSGOOD | FORK | VFORK | CLONE | EXEC | EXITKILL)
    ptrace(PTRACE_SYSCALL, first)
    inside = {}
    known = {first}
    registers = Registers()
    while True:
        process, status = os.waitpid(-1, 0x40000000)  # __WALL
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            if process == first:
                return os.waitstatus_to_exitcode(status)
            continue
        stop, event, deliver = os.WSTOPSIG(status), status >> 16, 0
        if stop == signal.SIGTRAP | 0x80:
            inside[process] = not inside.get(process)
            if not inside[process]:
                ptrace(PTRACE_GETREGS, process, ctypes.byref(registers))
                change_answer(process, registers, shift)
        elif event == EVENT_EXEC:
            ptrace(PTRACE_GETREGS, process, ctypes.byref(registers))
            take_vdso_away(process, registers[RSP])
        elif event == 0 and not (stop == signal.SIGSTOP and process not in known):
            # A new process or thread begins with a stop of its own, which isn't for it.
            deliver = stop
        known.add(process)
        ptrace(PTRACE_SYSCALL, process, deliver or None)


if __name__ == "__main__":
    code = main(sys.argv[1], sys.argv[2:])
    sys.exit(code if code >= 0 else 128 - code)
