/*
 * One vCPU of a native KVM guest whose firmware enables its APIC, sets its task priority, sends itself interrupts of N classes, takes and ends them:
 * the alphabet "ensure Svr 0x100", "write Tpr 0x60", "write Tpr 0", "self 0x31" to "self 0x(30 + 0x10 * (N - 1) + 1)", "sti", "cli", "take", "eoi" of the
 * workload SearchSpeed, written down by hand from facts 3.1 to 3.3 and not from the emulator. Both must find the same
 * number of states and of steps; SPIN counts one step more, to the start. (-o2: what the guest knows is written and never read, and counts all the same.)
 *
 *     spin -a -o2 -DN=7 local-apic.pml && gcc -O3 -DSAFETY -DNOREDUCE -DVECTORSZ=256 -o pan pan.c && ./pan -m2000000 -w26
 */
#ifndef N
#define N 3
#endif

bool looked;         /* the library has looked at APIC_BASE */
bool softwareEnabled; /* SVR bit 8, which the guest knows once it has set it */
byte tpr;            /* class */
bool tprKnown;
bool interruptFlag;
byte icr;            /* the vector that ICR holds, 0 for none */
unsigned irr : 8;    /* a bit a class */
unsigned isr : 8;


/* The class of bit b, counted from 1, is b + 2: vectors 0x31, 0x41 and so on. */
#define TOP(set) ((set & 64) -> 7 : ((set & 32) -> 6 : ((set & 16) -> 5 : ((set & 8) -> 4 : ((set & 4) -> 3 : ((set & 2) -> 2 : ((set & 1) -> 1 : 0)))))))
#define CLASS(top) ((top) + 2)
#define FLOOR (isr != 0 && CLASS(TOP(isr)) > tpr -> CLASS(TOP(isr)) : tpr)

#define SELF(bit) :: d_step { looked = true; icr = bit; if :: softwareEnabled -> irr = irr | (1 << (bit - 1)) :: else -> skip fi }

active proctype guest() {
    do
    :: d_step { looked = true; softwareEnabled = true }
    :: d_step { looked = true; tprKnown = true; tpr = 6 }
    :: d_step { looked = true; tprKnown = true; tpr = 0 }
    SELF(1)
#if N > 1
    SELF(2)
#endif
#if N > 2
    SELF(3)
#endif
#if N > 3
    SELF(4)
#endif
#if N > 4
    SELF(5)
#endif
#if N > 5
    SELF(6)
#endif
#if N > 6
    SELF(7)
#endif
    :: d_step { interruptFlag = true }
    :: d_step { interruptFlag = false }
    :: d_step { (interruptFlag && irr != 0 && CLASS(TOP(irr)) > FLOOR) -> isr = isr | (1 << (TOP(irr) - 1)); irr = irr & ~(1 << (TOP(irr) - 1)) }
    :: d_step { (isr != 0) -> looked = true; isr = isr & ~(1 << (TOP(isr) - 1)) }
    od
}
