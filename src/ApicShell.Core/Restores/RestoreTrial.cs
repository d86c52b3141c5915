using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;

namespace ApicShell.Restores;

/// <summary>
/// Restores a vCPU's APIC into a machine like its own that has just been made, as a VMM does, call by call, and says what is not as it was. The values are
/// those of the source at that moment, all saved before the first is restored; the clock stands as it stood.
/// </summary>
public sealed class RestoreTrial
{
    private readonly Machine _source;
    private readonly int _vcpu;
    private readonly uint[] _apicIds;
    private readonly ApicRegister[] _registers;
    private readonly Dictionary<ApicRegister, ulong> _saved;

    /// <summary>Saves a vCPU's APIC.</summary>
    /// <param name="source">The machine; it stays as it is.</param>
    /// <param name="vcpu">Index of the vCPU.</param>
    public RestoreTrial(Machine source, int vcpu)
    {
        (_source, _vcpu) = (source, vcpu);
        _apicIds = [.. Enumerable.Range(0, source.VcpuCount).Select(source.InitialApicId)];
        _registers = [.. Compared(source.Traits.Model, new ApicBase(source.Peek(vcpu, ApicRegister.ApicBase)).Mode)];
        _saved = _registers.ToDictionary(register => register, register => source.Peek(vcpu, register));
    }

    /// <summary>Restores item after item.</summary>
    public RestoreResult Run(IReadOnlyList<RestoreItem> order)
    {
        var target = new Machine(_source.Traits, new NativePlatform(), _apicIds);
        target.Advance(_source.Clock);
        var watcher = new Watcher();
        target.Observer = watcher;
        Dictionary<ApicRegister, Step> last = [];
        HashSet<ApicRegister> good = [.. Right(target)];
        Dictionary<ApicRegister, Step> undone = [];
        foreach (RestoreItem item in order)
        {
            watcher.TimerRule = RuleId.None;
            Answer whole = default;
            foreach ((ApicRegister register, Answer answer) in Restore(target, item))
            {
                whole = answer;
                last[register] = new(item, answer.Outcome, answer.Rule);
                undone.Remove(register);
            }

            HashSet<ApicRegister> now = [.. Right(target)];
            foreach (ApicRegister register in good.Except(now))
            {
                undone[register] = new(item, Outcome.Done, watcher.TimerRule != RuleId.None ? watcher.TimerRule : whole.Rule);
            }

            good = now;
        }

        return new([.. order], [.. _registers.Where(register => !good.Contains(register)).Select(register => Difference(target, register, last, undone))], watcher.Sent);
    }

    private RestoreDifference Difference(Machine target, ApicRegister register, Dictionary<ApicRegister, Step> last, Dictionary<ApicRegister, Step> undone)
    {
        (ulong saved, ulong restored) = (_saved[register], target.Peek(_vcpu, register));
        if (undone.TryGetValue(register, out Step later))
        {
            return new(register, saved, restored, RestoreFate.Undone, later.Item, later.Rule);
        }

        if (!last.TryGetValue(register, out Step step))
        {
            return new(register, saved, restored, RestoreFate.NotRestored, null, RuleId.None);
        }

        RestoreFate fate = step.Outcome switch
        {
            Outcome.Rejected or Outcome.Fault => RestoreFate.Refused,
            Outcome.Dropped => RestoreFate.Dropped,
            _ => RestoreFate.Changed,
        };
        return new(register, saved, restored, fate, step.Item, step.Rule);
    }

    /// <summary>The registers that are as they were saved.</summary>
    private IEnumerable<ApicRegister> Right(Machine target) => _registers.Where(register => target.Peek(_vcpu, register) == _saved[register]);

    /// <summary>Restores one item: of the page its words, the current count last, for the timer starts from it.</summary>
    private IEnumerable<(ApicRegister Register, Answer Answer)> Restore(Machine target, RestoreItem item)
    {
        if (!item.IsPage)
        {
            yield return (item.Register, target.Execute(_vcpu, Access.WriteMsr(item.Msr, ValueOf(item.Register), AccessOrigin.Host)));
            yield break;
        }

        foreach (RegisterSpec spec in RegisterCatalogue.All.Where(spec => spec.ExistsIn(_source.Traits.Model)).OrderBy(spec => spec.Register == ApicRegister.TimerCurrent))
        {
            var command = new MachineCommand(CommandKind.HostWord, _vcpu, (ulong)spec.Offset, _source.ReadHostPage(_vcpu, spec.Register));
            bool otherMode = new ApicBase(target.Peek(_vcpu, ApicRegister.ApicBase)).Mode != new ApicBase(_saved[ApicRegister.ApicBase]).Mode;
            Answer answer = target.Do(command);
            yield return (spec.Register, answer.Rule == RuleId.None && otherMode ? Answer.Done(RuleId.KvmHostPageMode) : answer);
        }
    }

    private ulong ValueOf(ApicRegister register) => _saved.TryGetValue(register, out ulong value) ? value : _source.Peek(_vcpu, register);

    /// <summary>What is compared: all that is stored, and the current count; of the ICR's upper half that of the mode.</summary>
    private static IEnumerable<ApicRegister> Compared(ApicModel model, ApicMode mode) => RegisterCatalogue.All
        .Where(spec => (spec.XApicAccess(model) & RegisterAccess.Read) != 0 || (spec.X2ApicAccess(model) & RegisterAccess.Read) != 0)
        .Select(spec => spec.Register)
        .Where(register => register is not (ApicRegister.Version or ApicRegister.Ppr or ApicRegister.Apr or ApicRegister.ExtFeature))
        .Where(register => register != ApicRegister.Icr2 || mode != ApicMode.X2Apic)
        .Concat([ApicRegister.ApicBase, ApicRegister.TscDeadline]);

    private readonly record struct Step(RestoreItem Item, Outcome Outcome, RuleId Rule);

    /// <summary>Sees the IPIs that are sent, and timers that end at once.</summary>
    private sealed class Watcher : MachineObserver
    {
        public List<InterruptEvent> Sent { get; } = [];

        public RuleId TimerRule { get; set; }

        public override void OnInterrupt(long number, in InterruptEvent interrupt)
        {
            if (interrupt is { Kind: InterruptEventKind.Sent, Vcpu: >= 0 })
            {
                Sent.Add(interrupt);
            }
            else if (interrupt.Kind == InterruptEventKind.TimerExpired)
            {
                TimerRule = interrupt.Rule;
            }
        }
    }
}
