using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Write-ApicMmio: a write of memory in the page at APIC_BASE.</summary>
[Cmdlet(VerbsCommunications.Write, "ApicMmio", DefaultParameterSetName = RegisterSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicVcpu), typeof(ApicAccess))]
public sealed class WriteApicMmioCommand : WriteCommand
{
    /// <summary>The registers, by name or offset in the page. An override does not inherit the engine's attributes.</summary>
    [Parameter(ParameterSetName = RegisterSet, Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = TargetSet, Position = 1, Mandatory = true)]
    [Alias("Offset")]
    [ArgumentCompleter(typeof(RegisterCompleter))]
    [ValidateNotNullOrEmpty]
    public override RegisterArgument[] Register { get => base.Register; set => base.Register = value; }

    /// <summary>Bytes to write.</summary>
    [Parameter]
    [ValidateSet("1", "2", "4", "8")]
    public int Size { get; set; } = 4;

    private protected override Access Access(RegisterArgument register, NumberArgument value) =>
        Architecture.Access.WriteMmio(RegisterResolver.Offset(register), value.ToUInt64(8 * Size), (byte)Size, Origin);
}
