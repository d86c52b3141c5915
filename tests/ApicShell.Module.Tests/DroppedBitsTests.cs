using Xunit;

namespace ApicShell.Tests;

/// <summary>A write that took effect names the bits that the register does not have: KVM drops them in both modes, the manuals in xAPIC mode.</summary>
public sealed class DroppedBitsTests : ModuleTest
{
    [Theory]
    [InlineData("Kvm", "Svr 0xFFFFFFFF", "0xFFFFFC00", "bits 31:13, 12 (SuppressEoiBroadcast) and 11:10")]
    [InlineData("Kvm", "Svr 0x11FF", "0x00001000", "bit 12 (SuppressEoiBroadcast)")]
    [InlineData("Kvm", "LvtError 0x107FF", "0x00000700", "bits 10:8 (MessageType)")]
    [InlineData("Kvm", "Id 0x05000001", "0x00000001", "bit 0")]
    [InlineData("Kvm", "Svr 0x1FF", "0x00000000", "")]
    [InlineData("Kvm", "Eoi 0xFFFFFFFF", "0x00000000", "")]
    [InlineData("Kvm", "TimerInitial 0xFFFFFFFF", "0x00000000", "")]
    [InlineData("Intel", "Svr 0x3FF", "0x00000200", "bit 9 (FocusDisabled)")]
    [InlineData("Intel", "LvtTimer 0x70041", "0x00000000", "")]
    [InlineData("Intel -NoTscDeadline", "LvtTimer 0x50041", "0x00040000", "bit 18 (TimerMode)")]
    [InlineData("Amd -ResetMode XApic", "LvtLint0 0x2041", "0x00002000", "bit 13 (Polarity)")]
    public void They_are_named_in_the_answer(string model, string write, string bits, string names)
    {
        Run($"New-ApicMachine -Model {model} | Out-Null");

        Assert.Equal(
            [$"{bits} {(names.Length == 0 ? "" : $"dropped: {names}")}"],
            Texts($"$a = Write-ApicMmio {write} -Answer; '0x{{0:X8}} {{1}}' -f $a.DroppedBits, $(if ($a.Description -match 'dropped: .*') {{ $Matches[0] }})"));
    }

    /// <summary>By way of a hypervisor they are dropped too, and a #VC handler may have made an MSR of the memory access.</summary>
    [Fact]
    public void They_are_named_behind_a_hypervisor() => Assert.Equal(
        ["4096", "4096"],
        Texts("""
            New-ApicMachine -Platform SevSnp | Out-Null
            (Write-ApicMmio Svr 0x11FF -Answer).DroppedBits
            Set-ApicBase -Mode X2Apic; Enable-ApicAlternateInjection -VcHandler Translate
            (Write-ApicMmio Svr 0x11FF -Answer).DroppedBits
            """));

    [Fact]
    public void What_faults_or_is_read_drops_nothing() => Assert.Equal(
        ["0", "0"],
        Texts("""
            New-ApicMachine -Model Amd -ResetMode X2Apic | Out-Null
            $null = Write-ApicMsr Svr 0x11FF -ErrorAction Ignore; (Get-ApicTrace)[-1].Access.DroppedBits
            (Read-ApicMsr Svr).DroppedBits
            """));
}
