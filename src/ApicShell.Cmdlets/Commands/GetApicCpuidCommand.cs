using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;

namespace ApicShell.Commands;

/// <summary>Get-ApicCpuid: what CPUID tells a guest about its APIC.</summary>
[Cmdlet(VerbsCommon.Get, "ApicCpuid")]
[OutputType(typeof(ApicCpuidLeaf))]
public sealed class GetApicCpuidCommand : VcpuCommand
{
    private const int LeafBits = 32;
    private static readonly uint[] s_leaves = [1, 0xB, 0x8000_0008, 0x8000_001E, 0x8000_001F];

    /// <summary>The leaves; those that say something of the APIC where none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CpuidLeafCompleter))]
    public NumberArgument[]? Leaf { get; set; }

    /// <summary>The leaves that say something of the APIC.</summary>
    internal static uint[] Leaves => [.. s_leaves];

    /// <inheritdoc/>
    protected override void Process(ApicVcpu vcpu)
    {
        if (Leaf is null)
        {
            foreach (uint leaf in s_leaves)
            {
                Write(vcpu, leaf);
            }

            return;
        }

        foreach (NumberArgument leaf in Leaf)
        {
            Write(vcpu, (uint)leaf.ToUInt64(LeafBits));
        }
    }

    private void Write(ApicVcpu vcpu, uint leaf)
    {
        ApicCpuidLeaf answer;
        using (vcpu.Machine.Take())
        {
            answer = new(vcpu, leaf, vcpu.Machine.Core.Cpuid(vcpu.Index, leaf));
        }

        WriteObject(answer);
    }
}
