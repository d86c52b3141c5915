namespace ApicShell.Confidential;

/// <content>Its part of a machine's state as words.</content>
public sealed partial class SnpPlatform
{
    private const int TimerShift = 32;
    private const int BehaviorShift = 40;
    private const int TerminatedShift = 63;
    private static readonly unsafe int s_stateWords = sizeof(SnpVcpuState) / sizeof(ulong);

    internal override int BlockWords => s_stateWords;

    // Registrations in 31:0, the timer in 39:32, the behaviour in 62:40, the guest's end in 63.
    internal override ulong SaveHeader() =>
        Registrations | ((ulong)Options.Timer << TimerShift) | ((ulong)Options.Behavior << BehaviorShift) | (_terminated ? 1UL << TerminatedShift : 0);

    internal override void LoadHeader(ulong word)
    {
        Registrations = (uint)word;
        Options = new((SvsmTimer)(byte)(word >> TimerShift), (SvsmBehavior)((int)(word >> BehaviorShift) & 0x7F_FFFF));
        _terminated = word >> TerminatedShift != 0;
    }

    internal override unsafe void SaveBlock(int vcpu, ulong* words) => *(SnpVcpuState*)words = _vcpus[vcpu];

    internal override unsafe void LoadBlock(int vcpu, ulong* words) => _vcpus[vcpu] = *(SnpVcpuState*)words;
}
