using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;

namespace ApicShell.Commands;

/// <summary>Read-ApicMsr: RDMSR of a register of the local APIC.</summary>
[Cmdlet(VerbsCommunications.Read, "ApicMsr", DefaultParameterSetName = RegisterSet)]
[OutputType(typeof(ApicAccess), typeof(ulong))]
public sealed class ReadApicMsrCommand : ReadCommand
{
    private protected override Access Access(RegisterArgument register) => Architecture.Access.ReadMsr(RegisterResolver.Msr(register), Origin);
}
