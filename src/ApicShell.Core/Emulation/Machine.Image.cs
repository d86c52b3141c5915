namespace ApicShell.Emulation;

/// <content>
/// All state as 64-bit words, for those who go from state to state many times a second: a header for the machine and a block for each vCPU. What
/// follows from the state, maps of destinations and timer queues, is mended where it changes and not made anew.
/// </content>
public sealed partial class Machine
{
    /// <summary>Words of the header: the clock, and the platform's.</summary>
    internal const int HeaderWords = 2;

    private const int CpuWords = 1;
    private static readonly unsafe int s_apicWords = sizeof(LocalApicState) / sizeof(ulong);

    /// <summary>Words of a vCPU's block.</summary>
    internal int BlockWords => CpuWords + (_planes.Length * s_apicWords) + _platform.BlockWords;

    /// <summary>Where the state of a plane's APIC is in a block.</summary>
    internal static int ApicWordOf(int plane) => CpuWords + (plane * s_apicWords);

    /// <summary>Where the platform's part is in a block.</summary>
    internal int PlatformWord => CpuWords + (_planes.Length * s_apicWords);

    /// <summary>Number of local APICs that a vCPU has.</summary>
    internal int PlaneCount => _planes.Length;

    /// <summary>Writes the header.</summary>
    internal unsafe void SaveHeader(ulong* words) => (words[0], words[1]) = (Clock, _platform.SaveHeader());

    /// <summary>Takes over a header.</summary>
    internal unsafe void LoadHeader(ulong* words)
    {
        Clock = words[0];
        _platform.LoadHeader(words[1]);
    }

    /// <summary>Writes the block of a vCPU.</summary>
    internal unsafe void SaveBlock(int vcpu, ulong* words)
    {
        *(VcpuState*)words = _vcpus[vcpu];
        for (int plane = 0; plane < _planes.Length; plane++)
        {
            *(LocalApicState*)(words + ApicWordOf(plane)) = _planes[plane].Apics[vcpu];
        }

        _platform.SaveBlock(vcpu, words + PlatformWord);
    }

    /// <summary>Takes over the block of a vCPU.</summary>
    internal unsafe void LoadBlock(int vcpu, ulong* words)
    {
        _vcpus[vcpu] = *(VcpuState*)words;
        for (int plane = 0; plane < _planes.Length; plane++)
        {
            _planes[plane].Load(vcpu, *(LocalApicState*)(words + ApicWordOf(plane)));
        }

        _platform.LoadBlock(vcpu, words + PlatformWord);
    }
}
