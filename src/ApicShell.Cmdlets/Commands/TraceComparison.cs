using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Commands;

/// <summary>Machines that do the same, access by access.</summary>
internal sealed class TraceComparison
{
    private readonly (string Name, Machine Machine)[] _sides;
    private int _number;

    public TraceComparison(IEnumerable<(string Name, Machine Machine)> sides) => _sides = [.. sides];

    /// <summary>Whether every side has an SVSM, which can make accesses of its own.</summary>
    public bool HasSvsm => _sides.All(side => side.Machine.Snp() is not null);

    /// <summary>Number of vCPUs that each side has.</summary>
    public int VcpuCount => _sides.Min(side => side.Machine.VcpuCount);

    /// <summary>One access on every side.</summary>
    public ApicTraceDifference Next(int vcpu, in Access access)
    {
        var answers = new ApicTraceAnswer[_sides.Length];
        for (int i = 0; i < _sides.Length; i++)
        {
            (string name, Machine machine) = _sides[i];
            answers[i] = new(name, machine.Traits.Model, access, machine.Execute(vcpu, access));
        }

        return new(++_number, vcpu, access, answers);
    }
}
