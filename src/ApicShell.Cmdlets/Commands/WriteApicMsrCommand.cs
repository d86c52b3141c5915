using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Commands;

/// <summary>Write-ApicMsr: WRMSR of a register of the local APIC.</summary>
[Cmdlet(VerbsCommunications.Write, "ApicMsr", DefaultParameterSetName = RegisterSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu), typeof(ApicAccess))]
public sealed class WriteApicMsrCommand : WriteCommand
{
    private protected override Access Access(RegisterArgument register, NumberArgument value) =>
        Architecture.Access.WriteMsr(RegisterResolver.Msr(register), value.ToUInt64(), Origin);
}
