using System.Collections.Generic;
using System.Linq;

namespace ApicShell;

/// <summary>Many vCPUs in few words.</summary>
internal static class VcpuText
{
    /// <summary>The vCPUs of one machine, those in a row as a range: <c>M1/0-3, M1/7</c>.</summary>
    public static string List(IEnumerable<ApicVcpu> vcpus)
    {
        List<(ApicVcpu First, int Last)> runs = [];
        foreach (ApicVcpu vcpu in vcpus.OrderBy(vcpu => vcpu.Index))
        {
            if (runs.Count != 0 && runs[runs.Count - 1].Last + 1 == vcpu.Index)
            {
                runs[runs.Count - 1] = (runs[runs.Count - 1].First, vcpu.Index);
            }
            else
            {
                runs.Add((vcpu, vcpu.Index));
            }
        }

        return string.Join(", ", runs.Select(run => run.Last == run.First.Index ? $"{run.First}" : $"{run.First}-{run.Last}"));
    }
}
