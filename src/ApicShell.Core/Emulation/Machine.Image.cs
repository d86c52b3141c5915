using ApicShell.Architecture;

namespace ApicShell.Emulation;

/// <content>
/// The image of the machine: all its state as 64-bit words, a header and a block for each vCPU. Checkpoints, searches and files have it in this one form.
/// What follows from the state, maps of destinations and timer queues, is mended where it changes and not made anew.
/// </content>
public sealed partial class Machine
{
    /// <summary>Words of the header: the clock, and the platform's.</summary>
    internal const int HeaderWords = 2;

    private const int CpuWords = 1;
    private static readonly unsafe int s_apicWords = sizeof(LocalApicState) / sizeof(ulong);

    private MachineCheckpoint? _checkpoint;

    /// <summary>Words of a vCPU's block; what a platform adds may differ in length from platform to platform.</summary>
    internal int BlockWords => PlatformWord + _platform.BlockWords;

    /// <summary>Where the state of a plane's APIC is in a block.</summary>
    internal static int ApicWordOf(int plane) => CpuWords + (plane * s_apicWords);

    /// <summary>Where the platform's part is in a block.</summary>
    internal int PlatformWord => ApicWordOf(_planes.Length);

    /// <summary>Number of local APICs that a vCPU has.</summary>
    internal int PlaneCount => _planes.Length;

    /// <summary>Copies all state.</summary>
    public unsafe MachineCheckpoint Checkpoint()
    {
        ulong[] words = new ulong[HeaderWords + ((long)VcpuCount * BlockWords)];
        fixed (ulong* start = words)
        {
            SaveHeader(start);
            for (int vcpu = 0; vcpu < VcpuCount; vcpu++)
            {
                SaveBlock(vcpu, start + HeaderWords + ((long)vcpu * BlockWords));
            }
        }

        return new(words, VcpuCount, PlaneCount);
    }

    /// <summary>Whether a checkpoint has this machine's number of vCPUs and planes, and its APIC IDs.</summary>
    public bool Fits(MachineCheckpoint checkpoint)
    {
        bool fits = checkpoint.VcpuCount == VcpuCount && checkpoint.PlaneCount == PlaneCount && checkpoint.BlockWords == BlockWords;
        for (int vcpu = 0; vcpu < VcpuCount && fits; vcpu++)
        {
            fits = checkpoint.ApicIdOf(vcpu) == InitialApicId(vcpu);
        }

        return fits;
    }

    /// <summary>Goes back to a checkpoint: the machine is then what it was, byte for byte.</summary>
    /// <param name="checkpoint">A checkpoint of this machine, or of one made like it.</param>
    /// <exception cref="MachineException">The checkpoint has another number of vCPUs or planes, or other APIC IDs; nothing changes.</exception>
    public void Restore(MachineCheckpoint checkpoint)
    {
        if (!Fits(checkpoint))
        {
            throw new MachineException(
                MachineError.CheckpointUnlike, (ulong)checkpoint.VcpuCount,
                $"The checkpoint has {checkpoint.VcpuCount} vCPUs and its own APIC IDs; this machine has {VcpuCount} vCPUs, or other IDs.");
        }

        _checkpoint = checkpoint;
        Do(new(CommandKind.Restored, -1));
        _checkpoint = null;
    }

    /// <summary>Writes the header.</summary>
    internal unsafe void SaveHeader(ulong* words) => (words[0], words[1]) = (Clock, _platform.Header);

    /// <summary>Takes over a header.</summary>
    internal unsafe void LoadHeader(ulong* words) => (Clock, _platform.Header) = (words[0], words[1]);

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

    private unsafe Answer Load(MachineCheckpoint checkpoint)
    {
        fixed (ulong* start = checkpoint.Words)
        {
            LoadHeader(start);
            for (int vcpu = 0; vcpu < VcpuCount; vcpu++)
            {
                LoadBlock(vcpu, start + HeaderWords + ((long)vcpu * BlockWords));
            }
        }

        return Answer.Done(RuleId.None);
    }
}
