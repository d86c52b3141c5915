using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Firmware;
using Xunit;

namespace ApicShell.Tests;

/// <summary>What OVMF's SEC does with the APIC, by its library (edk2 SecMain.c, BaseXApicX2ApicLib), under each #VC handler; and the timer after it.</summary>
public class VcHandlerSecTests
{
    [Theory]
    [InlineData(VcHandler.Edk2, ApicMode.XApic, Route.GhcbMmio, 21)]
    [InlineData(VcHandler.Edk2, ApicMode.X2Apic, Route.GhcbMsr, 14)]
    [InlineData(VcHandler.Linux, ApicMode.XApic, Route.GhcbMmio, 21)]
    [InlineData(VcHandler.Linux, ApicMode.X2Apic, Route.GhcbMsr, 14)]
    [InlineData(VcHandler.Proposal, ApicMode.X2Apic, Route.GhcbMsr, 14)]
    [InlineData(VcHandler.Translate, ApicMode.X2Apic, Route.GhcbMsr, 14)]
    [InlineData(VcHandler.Split, ApicMode.XApic, Route.GhcbMmio, 21)]
    [InlineData(VcHandler.Split, ApicMode.X2Apic, Route.GhcbMsr, 14)]
    [InlineData(VcHandler.Whole, ApicMode.XApic, Route.SvsmCall, 21)]
    [InlineData(VcHandler.Whole, ApicMode.X2Apic, Route.SvsmCall, 21)]
    public void SEC_gets_through(VcHandler handler, ApicMode kvm, Route route, int exits)
    {
        Machine machine = On(handler, kvm);
        List<LibraryAccess> accesses = Sec(machine);
        Assert.Equal(7, accesses.Count);
        int sum = 0;
        foreach (LibraryAccess access in accesses)
        {
            Assert.True(access.Answer.Succeeded, $"{access.Access}");
            Assert.Equal(route, access.Answer.Route);
            sum += access.Exits;
        }

        Assert.Equal(exits, sum);
        Assert.Equal(0x30005UL, accesses[6].Access!.Value.Value);
        uint lvt = machine.StateOf(0, AccessOrigin.Guest)[ApicRegister.LvtTimer];
        Assert.Equal(handler == VcHandler.Whole ? 0x10000u : 0x30005u, lvt);
        Assert.Equal(handler == VcHandler.Whole ? 0x30005UL : null, machine.Platform().PeekSvsm(0, ApicRegister.LvtTimer));
    }

    [Theory]
    [InlineData(VcHandler.Proposal)]
    [InlineData(VcHandler.Translate)]
    public void SEC_dies_at_its_first_read_while_KVM_is_in_xAPIC_mode(VcHandler handler)
    {
        LibraryAccess only = Assert.Single(Sec(On(handler, ApicMode.XApic)));
        Assert.Equal(Access.ReadMmio(0x0F0), only.Access);
        Assert.Equal((Outcome.Fault, 1, 0x8000030DUL), (only.Answer.Outcome, only.Answer.ExitInfo1, only.Answer.ExitInfo2));
    }

    [Theory]
    [InlineData(ApicScope.PerVmpl)]
    [InlineData(ApicScope.Shared)]
    public void With_Split_KVMs_timer_ticks_through_the_SVSM_and_again_after_its_EOI(ApicScope scope)
    {
        Machine machine = Machines.Snp(scope, 0);
        machine.EnableAlternateInjection(0, VcHandler.Split);
        machine.SetInterruptFlag(0, true);
        var library = new OvmfLibrary(machine, 0);
        machine.CallSvsm(0, SvsmRegisterSet.Call(SvsmProtocol.Apic, SvsmCall.ConfigureVector, 0x1EC));
        library.Write(0x0F0, 0x1FF);
        library.Write(0x3E0, 0xB);
        library.Write(0x320, 0x200EC);
        Assert.Equal(Route.GhcbMmio, library.Write(0x380, 1_000_000).Answer.Route);
        for (int tick = 0; tick < 2; tick++)
        {
            machine.Advance(999_999);
            Assert.Equal(default, machine.Take(0));
            machine.Advance(1);
            Assert.Equal(0xEC, machine.Take(0).Vector);
            Assert.Equal(1UL << 12, library.Read(0x170).Answer.Value);
            Assert.Equal(Responder.Svsm, library.Write(0x0B0, 0).Answer.Responder);
            Assert.Equal(0UL, library.Read(0x170).Answer.Value);
        }

        Assert.Equal(0u, machine.StateOf(0, AccessOrigin.Guest)[ApicRegister.Isr7]);
    }

    private static Machine On(VcHandler handler, ApicMode kvm)
    {
        var machine = new Machine(new ApicTraits { ResetMode = kvm }, new SnpPlatform(ApicScope.PerVmpl), [0]);
        machine.EnableAlternateInjection(0, handler);
        return machine;
    }

    /// <summary>InitializeApicTimer(0, 0xFFFFFFFF, TRUE, 5) and DisableApicTimerInterrupt, as far as they get.</summary>
    private static List<LibraryAccess> Sec(Machine machine)
    {
        var library = new OvmfLibrary(machine, 0);
        List<LibraryAccess> done = [];
        bool Goes(LibraryAccess access)
        {
            done.Add(access);
            return access.Answer.Succeeded;
        }

        if (!Goes(library.Read(0x0F0)) || !Goes(library.Write(0x0F0, (uint)done[0].Answer.Value | 0x100))
            || !Goes(library.Read(0x320)) || !Goes(library.Write(0x320, 0x20005)) || !Goes(library.Write(0x380, 0xFFFFFFFF))
            || !Goes(library.Read(0x320)))
        {
            return done;
        }

        Goes(library.Write(0x320, (uint)done[5].Answer.Value | 0x10000));
        return done;
    }
}
