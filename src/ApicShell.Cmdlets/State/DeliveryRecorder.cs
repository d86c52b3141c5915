using System.Collections.Generic;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.State;

/// <summary>
/// Who got one message: what the APICs say of it while it is sent. It notes targets only, so a message costs what its targets cost. Where an SVSM
/// delivers, its word about what the hypervisor's APIC accepted is the last one.
/// </summary>
internal sealed class DeliveryRecorder
{
    /// <summary>What the doorbell page has in the place of an NMI's vector.</summary>
    private const byte NmiVector = 2;

    private readonly List<InterruptEvent> _targets = [];
    private byte _vector;
    private DeliveryMode _mode;
    private bool _isOfSvsm;

    /// <summary>What became of it, one event a target, in the order in which the APICs got it.</summary>
    public IReadOnlyList<InterruptEvent> Targets => _targets;

    /// <summary>Begins with another message.</summary>
    public void Expect(byte vector, DeliveryMode mode)
    {
        (_vector, _mode, _isOfSvsm) = (vector, mode, false);
        _targets.Clear();
    }

    public void OnInterrupt(in InterruptEvent interrupt)
    {
        if (!IsOfMessage(interrupt))
        {
            return;
        }

        if (interrupt is { Kind: InterruptEventKind.Sent, Rule: SnpRule.SvsmIpiSent })
        {
            // From here on the message goes from SVSM to SVSM; what hypervisors' APICs then get is the notification.
            _isOfSvsm = true;
            _targets.Clear();
        }
        else if (RankOf(interrupt) is var rank && rank >= 0 && (!_isOfSvsm || IsOfSvsmIpi(interrupt.Rule)))
        {
            Note(interrupt, rank);
        }
    }

    private void Note(in InterruptEvent interrupt, int rank)
    {
        int last = _targets.Count - 1;
        int before = last >= 0 && _targets[last].Vcpu == interrupt.Vcpu ? RankOf(_targets[last]) : rank;
        if (rank > before)
        {
            _targets[last] = interrupt;
        }
        else if (rank == before)
        {
            _targets.Add(interrupt);
        }
    }

    /// <summary>What counts more of one target: 0 what its local APIC did, 1 that it is handed on, 2 what its SVSM did; -1 what says nothing.</summary>
    private static int RankOf(in InterruptEvent interrupt) => interrupt switch
    {
        { Kind: InterruptEventKind.Posted } => interrupt.Rule == SnpRule.HostInjectsHv ? -1 : 1,
        { Kind: InterruptEventKind.Accepted or InterruptEventKind.Merged or InterruptEventKind.Refused } =>
            interrupt.Rule is SnpRule.SvsmHostVector or SnpRule.SvsmVectorNotAllowed || IsOfSvsmIpi(interrupt.Rule) ? 2 : 0,
        _ => -1,
    };

    private static bool IsOfSvsmIpi(RuleId rule) =>
        rule is SnpRule.SvsmIpiSent or SnpRule.SvsmIpiPosted or SnpRule.SvsmTargetWithoutEmulation or SnpRule.SvsmIllegalVector;

    /// <summary>An error that the message causes raises an interrupt of its own, which is not the message.</summary>
    private bool IsOfMessage(in InterruptEvent interrupt) =>
        interrupt.Vector == (_mode == DeliveryMode.Nmi && interrupt.Kind == InterruptEventKind.Posted ? NmiVector : _vector)
        && (interrupt.Mode == _mode || (interrupt.Mode == DeliveryMode.Fixed && (_mode == DeliveryMode.LowestPriority || IsOfSvsmIpi(interrupt.Rule))));
}
