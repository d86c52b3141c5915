using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Set-ApicVcpu: what of a vCPU is beside its local APIC.</summary>
[Cmdlet(VerbsCommon.Set, "ApicVcpu", SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu))]
public sealed class SetApicVcpuCommand : VcpuCommand
{
    private const int Cr8Bits = 4;

    /// <summary>RFLAGS.IF.</summary>
    [Parameter]
    public bool? InterruptsEnabled { get; set; }

    /// <summary>Whether the host does not let it run.</summary>
    [Parameter]
    public bool? Paused { get; set; }

    /// <summary>CR8, 0 to 15.</summary>
    [Parameter]
    [ValidateNotNull]
    public NumberArgument? Cr8 { get; set; }

    /// <summary>MOV SS or STI.</summary>
    [Parameter]
    public bool? InterruptShadow { get; set; }

    /// <summary>0 the SVSM, 2 the guest.</summary>
    [Parameter]
    [ValidateSet("0", "2")]
    public int? Vmpl { get; set; }

    /// <summary>GUEST_EXITINTINFO.</summary>
    [Parameter]
    [ValidateNotNull]
    public NumberArgument? ExitInterrupt { get; set; }

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        ulong? cr8 = Cr8?.ToUInt64(Cr8Bits);
        ulong taking = ExitInterrupt?.ToUInt64() ?? 0;
        string action = Action(cr8, taking);
        CheckPlatform(vcpu);
        if (Paused is not null)
        {
            vcpu.Machine.Require(MachineCapability.Pause, "Pausing a vCPU");
        }

        if (!ShouldProcess($"vCPU {vcpu}", action))
        {
            return;
        }

        using (vcpu.Machine.Take())
        {
            Set(vcpu, vcpu.Machine.Core, cr8, new(taking));
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }

    /// <summary>The guest is left before anything changes, and entered after.</summary>
    private void Set(ApicVcpu vcpu, IMachine machine, ulong? cr8, EventInjection taking)
    {
        if (Vmpl == Confidential.Vmpl.Svsm)
        {
            machine.ExitGuest(vcpu.Index, taking);
        }

        if (InterruptShadow is { } shadow)
        {
            machine.SetInterruptShadow(vcpu.Index, shadow);
        }

        if (InterruptsEnabled is { } on)
        {
            machine.SetInterruptFlag(vcpu.Index, on);
        }

        if (Paused is { } paused)
        {
            machine.SetPaused(vcpu.Index, paused);
        }

        if (cr8 is { } priority)
        {
            machine.WriteCr8(vcpu.Index, priority);
        }

        if (Vmpl == Confidential.Vmpl.Guest && vcpu.Vmpl == Confidential.Vmpl.Svsm)
        {
            machine.EnterGuest(vcpu.Index);
        }
    }

    private void CheckPlatform(ApicVcpu vcpu)
    {
        if (Vmpl is not null || InterruptShadow is not null)
        {
            SnpPlatform platform = PlatformOf(vcpu);
            if (InterruptShadow is not null && !platform.IsAlternateInjectionEnabled(vcpu.Index))
            {
                throw ApicErrors.AlternateInjectionOff(vcpu);
            }
        }
    }

    private string Action(ulong? cr8, ulong taking)
    {
        if (ExitInterrupt is not null && Vmpl != Confidential.Vmpl.Svsm)
        {
            throw ApicErrors.OptionsConflict("-ExitInterrupt says what the guest was taking when it was left: it goes with -Vmpl 0.");
        }

        List<string> parts = [];
        if (Vmpl == Confidential.Vmpl.Svsm)
        {
            parts.Add($"Leave the guest for the SVSM{(taking == 0 ? "" : $", exitintinfo=0x{taking:X}")}");
        }

        if (InterruptShadow is { } shadow)
        {
            parts.Add($"Interrupt shadow {(shadow ? "on" : "off")}");
        }

        if (InterruptsEnabled is { } on)
        {
            parts.Add($"Interrupts {(on ? "on" : "off")}");
        }

        if (Paused is { } paused)
        {
            parts.Add(paused ? "Pause" : "Go on");
        }

        if (cr8 is { } priority)
        {
            parts.Add($"CR8 = {priority}");
        }

        if (Vmpl == Confidential.Vmpl.Guest)
        {
            parts.Add("Go on in the guest");
        }

        return parts.Count != 0
            ? string.Join(", ", parts)
            : throw ApicErrors.OptionsConflict("There is nothing to set: give -InterruptsEnabled, -Paused, -Cr8, -InterruptShadow or -Vmpl.");
    }
}
