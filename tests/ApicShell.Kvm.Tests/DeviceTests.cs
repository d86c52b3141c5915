using System;
using System.IO;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Kvm.Tests;

/// <summary>What is said where there is no KVM, or where it cannot be what was asked for.</summary>
public class DeviceTests
{
    [Theory]
    [InlineData(2, KvmUnavailableReason.Missing)]
    [InlineData(6, KvmUnavailableReason.Missing)]
    [InlineData(19, KvmUnavailableReason.Missing)]
    [InlineData(13, KvmUnavailableReason.NoPermission)]
    [InlineData(1, KvmUnavailableReason.NoPermission)]
    [InlineData(16, KvmUnavailableReason.CannotOpen)]
    [InlineData(24, KvmUnavailableReason.CannotOpen)]
    public void What_cannot_be_opened_has_a_reason_and_one_sentence(int errno, KvmUnavailableReason reason)
    {
        KvmUnavailableException exception = KvmDevice.NotOpened(errno);
        Assert.Equal(reason, exception.Reason);
        Assert.Contains(KvmDevice.Path, exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [KvmFact]
    public void A_file_that_is_not_there_is_missing_and_one_that_is_no_KVM_has_no_version_of_its_API()
    {
        Assert.Equal(KvmUnavailableReason.Missing, Assert.Throws<KvmUnavailableException>(() => KvmDevice.Open("/dev/there/is/no/such")).Reason);
        Assert.Equal(KvmUnavailableReason.ApiVersion, Assert.Throws<KvmUnavailableException>(() => KvmDevice.Open("/dev/null")).Reason);
        Assert.Null(KvmDevice.WhyUnavailable());
    }

    [KvmFact]
    public void A_device_says_what_it_offers()
    {
        using KvmDevice device = KvmDevice.Open();
        Assert.InRange(device.PhysicalAddressBits, 36, 52);
        Assert.InRange(device.MaxVcpuCount, 1, KvmOptions.MaxVcpuCount);
        Assert.True(device.MaxApicId >= device.MaxVcpuCount - 1);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), KvmDevice.KernelRelease);
    }

    [KvmFact]
    public void What_the_kernel_cannot_be_is_refused_by_the_option_s_name()
    {
        using KvmDevice device = KvmDevice.Open();
        Refused(nameof(ApicTraits.Model), new ApicTraits { Model = ApicModel.Amd });
        Refused(nameof(ApicTraits.ResetMode), new ApicTraits { ResetMode = ApicMode.X2Apic });
        Refused(nameof(ApicTraits.PhysicalAddressBits), new ApicTraits { PhysicalAddressBits = device.PhysicalAddressBits + 1 });
        Assert.Equal(
            nameof(KvmOptions.BusCycleNanoseconds),
            Assert.Throws<KvmOptionException>(() => new KvmMachine(new KvmOptions { BusCycleNanoseconds = 0 })).Option);
        Assert.Equal(
            nameof(KvmOptions.ApicIds), Assert.Throws<KvmOptionException>(() => new KvmMachine(new KvmOptions { ApicIds = [device.MaxApicId + 1] })).Option);
        Assert.Equal(MachineError.VcpuCount, Assert.Throws<MachineException>(() => new KvmMachine(new KvmOptions { ApicIds = [] })).Error);
        Assert.Equal(MachineError.VcpuCount, Assert.Throws<MachineException>(() => new KvmMachine(new KvmOptions { ApicIds = new uint[65] })).Error);
        Assert.Equal(MachineError.ApicIdTwice, Assert.Throws<MachineException>(() => new KvmMachine(new KvmOptions { ApicIds = [1, 1] })).Error);
        using var highest = new KvmMachine(new KvmOptions { Traits = new() { PhysicalAddressBits = device.PhysicalAddressBits }, ApicIds = [device.MaxApicId] });
        Assert.Equal(device.MaxApicId, highest.Cpuid(0, 0xB).Edx);

        static void Refused(string option, ApicTraits traits) =>
            Assert.Equal(option, Assert.Throws<KvmOptionException>(() => new KvmMachine(new KvmOptions { Traits = traits })).Option);
    }

    [Fact]
    public void An_error_of_the_kernel_is_said_by_its_name_and_that_of_the_call()
    {
        var exception = new KvmException("KVM_CREATE_VCPU", 17);
        Assert.StartsWith("KVM_CREATE_VCPU failed: EEXIST (", exception.Message, StringComparison.Ordinal);
        Assert.Equal(("KVM_CREATE_VCPU", 17), (exception.Call, exception.Errno));
    }
}
