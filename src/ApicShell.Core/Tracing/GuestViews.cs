using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tracing;

/// <summary>What each vCPU's guest believes its registers hold: what it last read or wrote and was not refused.</summary>
public sealed class GuestViews : MachineObserver
{
    private ulong?[]?[] _views = [];

    /// <summary>What the guest of a vCPU last read from or wrote to a register; null where it did neither.</summary>
    public ulong? this[int vcpu, ApicRegister register] => vcpu < _views.Length ? _views[vcpu]?[(int)register] : null;

    /// <summary>Forgets what a vCPU's guest believed, as after RESET.</summary>
    public void Forget(int vcpu)
    {
        if (vcpu < _views.Length)
        {
            _views[vcpu] = null;
        }
    }

    /// <summary>A copy that does not change with this.</summary>
    public GuestViews Copy()
    {
        var copy = new GuestViews();
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes over what another has; that one stays as it is.</summary>
    public void CopyFrom(GuestViews other) => _views = Array.ConvertAll(other._views, view => (ulong?[]?)view?.Clone());

    /// <inheritdoc/>
    public override void OnAnswer(long number, in MachineCommand command, in Answer answer)
    {
        if (command.Kind != CommandKind.Access)
        {
            return;
        }

        (int vcpu, Access access) = (command.Vcpu, command.Access);
        bool ended = access.IsWrite ? answer.Outcome is Outcome.Done or Outcome.Dropped : answer.HasValue;
        if (access.Origin == AccessOrigin.Guest && ended && access.Register is not (ApicRegister.None or ApicRegister.Eoi or ApicRegister.SelfIpi))
        {
            if (vcpu >= _views.Length)
            {
                Array.Resize(ref _views, Math.Max(vcpu + 1, _views.Length * 2));
            }

            ulong?[] view = _views[vcpu] ??= new ulong?[RegisterCatalogue.FileSize];
            view[(int)access.Register] = access.IsWrite ? access.Value : answer.Value;
        }
    }
}
