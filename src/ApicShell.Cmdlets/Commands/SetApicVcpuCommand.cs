using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Arguments;
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

    /// <summary>Pass the vCPU on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        ulong? cr8 = Cr8?.ToUInt64(Cr8Bits);
        if (!ShouldProcess($"vCPU {vcpu}", Action(cr8)))
        {
            return;
        }

        lock (vcpu.Machine.Gate)
        {
            Machine machine = vcpu.Machine.Core;
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
        }

        if (PassThru)
        {
            WriteObject(vcpu);
        }
    }

    private string Action(ulong? cr8)
    {
        List<string> parts = [];
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

        return parts.Count != 0 ? string.Join(", ", parts) : throw ApicErrors.OptionsConflict("There is nothing to set: give -InterruptsEnabled, -Paused or -Cr8.");
    }
}
