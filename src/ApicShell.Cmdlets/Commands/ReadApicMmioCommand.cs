using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Read-ApicMmio: a read of memory in the page at APIC_BASE.</summary>
[Cmdlet(VerbsCommunications.Read, "ApicMmio", DefaultParameterSetName = RegisterSet)]
[OutputType(typeof(ApicAccess), typeof(ulong))]
public sealed class ReadApicMmioCommand : ReadCommand
{
    /// <summary>The registers, by name or offset in the page. An override does not inherit the engine's attributes.</summary>
    [Parameter(ParameterSetName = RegisterSet, Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = TargetSet, Position = 1, Mandatory = true)]
    [Alias("Offset")]
    [ArgumentCompleter(typeof(RegisterCompleter))]
    [ValidateNotNullOrEmpty]
    public override RegisterArgument[] Register { get => base.Register; set => base.Register = value; }

    /// <summary>Bytes to read.</summary>
    [Parameter]
    [ValidateSet("1", "2", "4", "8")]
    public int Size { get; set; } = 4;

    private protected override Access Access(RegisterArgument register) =>
        Architecture.Access.ReadMmio(RegisterResolver.Offset(register), (byte)Size, Origin);
}
