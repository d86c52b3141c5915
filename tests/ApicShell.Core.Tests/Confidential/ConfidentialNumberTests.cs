using System;
using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Numbers that others define too, each beside the source that it is transcribed from.</summary>
public class ConfidentialNumberTests
{
    private static readonly int[] s_reservedBits = [4, 5, 6, 7, 13, 14, 15, 21, 25, 27, 31, 40, 62];

    [Fact] // coconut-svsm protocols/errors.rs
    public void Results_of_calls()
    {
        Same<SvsmResult>(
            ("Success", 0), ("Incomplete", 0x8000_0000), ("UnsupportedProtocol", 0x8000_0001), ("UnsupportedCall", 0x8000_0002),
            ("InvalidAddress", 0x8000_0003), ("InvalidFormat", 0x8000_0004), ("InvalidParameter", 0x8000_0005), ("InvalidRequest", 0x8000_0006),
            ("Busy", 0x8000_0007), ("ApicCannotRegister", 0x8000_1000));
    }

    [Fact] // coconut-svsm msr_protocol.rs; Xen ghcb.h
    public void Hypervisor_features()
    {
        Assert.Equal(
            [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0x100, 0x200],
            new[]
            {
                HypervisorFeatures.Snp, HypervisorFeatures.ApCreation, HypervisorFeatures.RestrictedInjection, HypervisorFeatures.RestrictedInjectionTimer,
                HypervisorFeatures.ApicIdList, HypervisorFeatures.MultiVmpl, HypervisorFeatures.SevEsPageStateChange, HypervisorFeatures.Tio,
                HypervisorFeatures.GhcbUnregister, HypervisorFeatures.ExtendedInterrupts,
            }.Select(feature => (ulong)feature));
    }

    [Fact] // openvmm snp.rs
    public void Bits_of_sev_features_are_two_higher_in_sev_status()
    {
        Same<SevFeatures>(
            ("None", 0), ("Snp", 1UL << 0), ("VTom", 1UL << 1), ("ReflectVc", 1UL << 2), ("RestrictedInjection", 1UL << 3),
            ("AlternateInjection", 1UL << 4), ("DebugSwap", 1UL << 5), ("PreventHostIbs", 1UL << 6), ("BtbIsolation", 1UL << 7), ("VmplSss", 1UL << 8),
            ("SecureTsc", 1UL << 9), ("VmgexitParameter", 1UL << 10), ("PmcVirtualization", 1UL << 11), ("IbsVirtualization", 1UL << 12),
            ("GuestInterceptControl", 1UL << 13), ("VmsaRegisterProtection", 1UL << 14), ("SmtProtection", 1UL << 15), ("SecureAvic", 1UL << 16),
            ("IbpbOnEntry", 1UL << 21), ("AllowedFeaturesEnable", 1UL << 63));
        Assert.Equal(0x47UL, new Vmsa { Features = SevFeatures.Snp | SevFeatures.AlternateInjection }.SevStatus);
        Assert.Equal(0x27UL, new Vmsa { Features = SevFeatures.Snp | SevFeatures.RestrictedInjection }.SevStatus);
        Assert.Equal(0x4_0007UL, new Vmsa { Features = SevFeatures.Snp | SevFeatures.SecureAvic }.SevStatus);
    }

    [Fact] // coconut-svsm ghcb.rs; KVM svm.c and the restricted injection series
    public void Exit_codes() => Pairs(
            (GhcbExitCode.Msr, 0x7C),
            (GhcbExitCode.MmioRead, 0x8000_0001),
            (GhcbExitCode.MmioWrite, 0x8000_0002),
            (GhcbExitCode.ApCreation, 0x8000_0013),
            (GhcbExitCode.Doorbell, 0x8000_0014),
            (GhcbExitCode.HvIpi, 0x8000_0015),
            (GhcbExitCode.HvTimer, 0x8000_0016),
            (GhcbExitCode.ApicIdList, 0x8000_0017),
            (GhcbExitCode.RunVmpl, 0x8000_0018),
            (GhcbExitCode.SecureAvic, 0x8000_001A),
            (GhcbExitCode.ConfigureInjection, 0x8000_001B),
            (GhcbExitCode.DisableAlternateInjection, 0x8000_001C),
            (GhcbExitCode.SpecificEoi, 0x8000_001D),
            (GhcbExitCode.Features, 0x8000_FFFD),
            (GhcbExitCode.Terminate, 0x8000_FFFE),
            (GhcbExitCode.UnsupportedEvent, 0x8000_FFFF),
            (GhcbExitCode.DoorbellGetPreferred, 0),
            (GhcbExitCode.DoorbellSet, 1),
            (GhcbExitCode.DoorbellQuery, 2),
            (GhcbExitCode.DoorbellClear, 3));

    [Fact] // KVM svm.c; Xen ghcb.h
    public void Exit_information() => Pairs(
            (GhcbReply.Success, 0),
            (GhcbReply.Exception, 1),
            (GhcbReply.Malformed, 2),
            (GhcbReply.NotRegistered, 1),
            (GhcbReply.InvalidUsage, 2),
            (GhcbReply.InvalidScratch, 3),
            (GhcbReply.MissingInput, 4),
            (GhcbReply.InvalidInput, 5),
            (GhcbReply.InvalidEvent, 6),
            (GhcbReply.GeneralProtection, 0x8000_030D));

    [Fact] // coconut-svsm protocols/apic.rs, cpu/idt
    public void Protocols_and_calls() => Pairs(
            (SvsmProtocol.Apic, 3),
            (SvsmProtocol.Core, 0),
            (SvsmProtocol.Attestation, 1),
            (SvsmProtocol.VirtualTpm, 2),
            (SvsmProtocol.UefiMm, 4),
            (SvsmCall.QueryFeatures, 0),
            (SvsmCall.Configure, 1),
            (SvsmCall.ReadRegister, 2),
            (SvsmCall.WriteRegister, 3),
            (SvsmCall.ConfigureVector, 4),
            (SvsmCall.QueryProtocol, 6),
            (SvsmIpi.NotificationVector, 0x50),
            (Vmpl.Guest, 2));

    [Fact] // coconut-svsm sev/hv_doorbell.rs: bytes of the page
    public void The_doorbell_page()
    {
        var page = new HvDoorbell { Vector = 0x41, Flags = HvDoorbell.NmiBit | HvDoorbell.MachineCheckBit | HvDoorbell.NoFurtherSignalBit, NoEoiRequired = 1, VmplEvents = 2 };
        page.Guest.Status = 0x61 | DoorbellDescriptor.NmiBit | DoorbellDescriptor.MachineCheckBit | DoorbellDescriptor.LevelBit
            | DoorbellDescriptor.MultipleBit | DoorbellDescriptor.IpiRequestedBit | DoorbellDescriptor.Vector31Bit;
        page.Guest.OrIrr(1, 1);
        page.Guest.OrIrr(7, 1u << 31);
        page.Guest.SetIsr(0, 1u << 31);
        page.Guest.SetIsr(7, 2);
        byte[] bytes = page.ToBytes();
        var expected = new Dictionary<int, byte>
        {
            [0] = 0x41,
            [1] = 0x83,
            [2] = 1,
            [3] = 2,
            [128] = 0x61,
            [129] = 0x47,
            [131] = 0x88,
            [132] = 1,
            [159] = 0x80,
            [163] = 0x80,
            [188] = 2,
        };
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Equal((i, expected.GetValueOrDefault(i)), (i, bytes[i]));
        }

        Assert.Equal((64, 128, 192), (HvDoorbell.OffsetOf(1), HvDoorbell.OffsetOf(2), HvDoorbell.OffsetOf(3)));
    }

    [Fact] // coconut-svsm cpuarch/vmsa.rs
    public void Fields_of_vintr_ctrl()
    {
        var control = new VirtualInterruptControl(0x8000_0041_0404_1F05);
        Assert.Equal(
            (5, true, true, true, true, true, 4, false, true, 0x41, true),
            (control.TaskPriority, control.HasRequest, control.GlobalInterruptFlag, control.InterruptShadow, control.HasNmi, control.NmiMask,
                control.Priority, control.IgnoresTaskPriority, control.NmiEnable, control.Vector, control.IsBusy));
        Assert.True(new VirtualInterruptControl(1 << 20).IgnoresTaskPriority);
        Assert.False(default(VirtualInterruptControl).GlobalInterruptFlag);
        Assert.False(default(VirtualInterruptControl).IsBusy);
        Assert.Equal(new(0x8000_0000_0000_0205), new VirtualInterruptControl(0x8000_0041_0014_0205).WithoutEnded());
        Assert.Equal(new(0x8000_0041_0014_0305), new VirtualInterruptControl(0x8000_0041_0014_0305).WithoutEnded());
        Assert.All(
            s_reservedBits,
            bit => Assert.Equal(new Parts(0), new Parts(1UL << bit)));
    }

    [Theory] // APM vol. 2, 15.20
    [InlineData(0x8000_0041, InjectedEventType.External, 0x41, true, false, 0)]
    [InlineData(0x0000_0041, InjectedEventType.External, 0x41, false, false, 0)]
    [InlineData(0x8000_0202, InjectedEventType.Nmi, 2, true, false, 0)]
    [InlineData(0x7_8000_0B0E, InjectedEventType.Exception, 0xE, true, true, 7)]
    [InlineData(0x8000_0480, InjectedEventType.Software, 0x80, true, false, 0)]
    public void Fields_of_event_inj(ulong value, InjectedEventType type, byte vector, bool valid, bool hasCode, uint code)
    {
        var injection = new EventInjection(value);
        Assert.Equal((type, vector, valid, hasCode, code), (injection.Type, injection.Vector, injection.IsValid, injection.HasErrorCode, injection.ErrorCode));
        Assert.Equal(valid && type == InjectedEventType.External, injection.IsExternal);
    }

    [Fact] // openvmm snp.rs; coconut-svsm cpuarch/vmsa.rs: restricted injection is bit 5 and Alternate Injection bit 6 of SEV_STATUS
    public void Places_of_the_vmsas_fields()
    {
        Assert.Equal((0x3B0, 0x3B8, 0xC001_0131u), (Vmsa.FeaturesOffset, Vmsa.InterruptControlOffset, Vmsa.SevStatusMsr));
        Machine machine = Machines.Snp();
        Assert.Equal(0x7UL, machine.Platform().VmsaOf(0).SevStatus);
        machine.EnableAlternateInjection(0, VcHandler.Proposal);
        Assert.Equal(0x47UL, machine.Platform().VmsaOf(0).SevStatus);
        var restricted = new Machine(new ApicTraits(), new SnpPlatform(ApicScope.Shared, SnpInjection.Restricted), [0]);
        Assert.Equal(0x27UL, restricted.Platform().VmsaOf(0).SevStatus);
    }

    [Theory] // coconut-svsm msr_protocol.rs: a request and its answer in MSR 0xC0010130
    [InlineData(0x002, 0x0002_0001_3300_0001)]
    [InlineData(0x080, 0x0000_0000_0022_F081)]
    [InlineData(0x7012, 0x7013)]
    [InlineData(0x8000_0000_0000_0012, 0xFFFF_FFFF_FFFF_F013)]
    [InlineData(0x2_0000_0016, 0x0017)]
    [InlineData(0x1_0000_0016, 0x1_0000_0017)]
    public void Answers_of_the_msr_protocol(ulong request, ulong answer)
    {
        Machine machine = Machines.Snp();
        Assert.Equal(answer, machine.ExitByMsr(0, 0, request));
        Assert.Equal(0xC001_0130u, GhcbMsrProtocol.Msr);
        Assert.False(machine.Platform().IsTerminated);
    }

    /// <summary>A page has to be where the machine has addresses: the highest bit of 48 or 36 is one, the next is none.</summary>
    [Theory]
    [InlineData(48)]
    [InlineData(36)]
    public void A_page_of_the_guest_is_refused_one_bit_above_its_addresses(int bits)
    {
        var machine = new Machine(new ApicTraits { PhysicalAddressBits = bits }, new SnpPlatform(ApicScope.Shared), [0]);
        (ulong highest, ulong beyond) = (1UL << (bits - 1), 1UL << bits);

        Assert.Equal(highest | 0x013, machine.ExitByMsr(0, 2, highest | 0x012));
        Assert.Equal(0xFFFF_FFFF_FFFF_F013, machine.ExitByMsr(0, 2, beyond | 0x012));
        Assert.Equal(0xFFFF_FFFF_FFFF_F013, machine.ExitByMsr(0, 2, beyond | highest | 0x012));

        GhcbRequest doorbell = new(GhcbExitCode.Doorbell, GhcbExitCode.DoorbellSet, highest);
        Assert.Equal(GhcbReply.Success, machine.Exit(0, 0, doorbell).Info1);
        Assert.Equal(
            (GhcbReply.Malformed, GhcbReply.InvalidInput), Reply(machine.Exit(0, 0, doorbell with { Info2 = beyond })));
        Assert.Equal(highest, machine.Platform().DoorbellAddressOf(0));

        static (byte, ulong) Reply(GhcbReply reply) => (reply.Info1, reply.Info2);
    }

    [Theory]
    [InlineData(0x100)]
    [InlineData(0x3_2100)]
    [InlineData(0x777)]
    public void A_request_to_end_or_one_that_is_not_known_ends_the_guest(ulong request)
    {
        Machine machine = Machines.Snp();
        Assert.Equal(request, machine.ExitByMsr(0, 2, request));
        Assert.True(machine.Platform().IsTerminated);
    }

    [Fact]
    public void The_calling_area_has_8_bytes()
    {
        unsafe
        {
            CallingArea area = new() { CallPending = 1, MemoryAvailable = 2, NoEoiRequired = 3 };
            Assert.Equal(8, sizeof(CallingArea));
            Assert.Equal(0x03_0201UL, *(ulong*)&area);
        }
    }

    private readonly record struct Parts(int Tpr, int Priority, int Vector, bool Flags)
    {
        public Parts(ulong value)
            : this(new VirtualInterruptControl(value))
        {
        }

        private Parts(VirtualInterruptControl control)
            : this(
                control.TaskPriority, control.Priority, control.Vector,
                control.HasRequest | control.GlobalInterruptFlag | control.InterruptShadow | control.HasNmi | control.NmiMask
                    | control.IgnoresTaskPriority | control.NmiEnable | control.IsBusy)
        {
        }
    }

    private static void Pairs(params (ulong Actual, ulong Expected)[] pairs) => Assert.All(pairs, pair => Assert.Equal(pair.Expected, pair.Actual));

    private static void Same<T>(params (string Name, ulong Value)[] table)
        where T : struct, Enum
    {
        var actual = new List<(string, ulong)>();
        foreach (T value in Enum.GetValues<T>())
        {
            actual.Add((value.ToString(), Convert.ToUInt64(value, null)));
        }

        Assert.Equal(table, actual);
    }
}
