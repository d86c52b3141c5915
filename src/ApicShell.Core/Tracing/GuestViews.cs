using System;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Tracing;

/// <summary>What each vCPU's guest believes its registers hold: by <see cref="GuestBelief"/>.</summary>
public sealed class GuestViews : MachineObserver
{
    private ulong?[]?[] _views = [];

    /// <summary>What the guest of a vCPU believes of a register; null where it neither read nor wrote it.</summary>
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
        if (GuestBelief.Of(command, answer) is not { } belief)
        {
            return;
        }

        int vcpu = command.Vcpu;
        if (vcpu >= _views.Length)
        {
            Array.Resize(ref _views, Math.Max(vcpu + 1, _views.Length * 2));
        }

        ulong?[] view = _views[vcpu] ??= new ulong?[RegisterCatalogue.PlaceCount];
        view[(int)belief.Register] = belief.Value;
    }
}
