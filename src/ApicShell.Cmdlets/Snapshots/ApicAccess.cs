using ApicShell.Architecture;
using ApicShell.Confidential;

namespace ApicShell;

/// <summary>One access and its answer: a snapshot.</summary>
public sealed class ApicAccess
{
    private readonly Access _access;
    private readonly Answer _answer;

    internal ApicAccess(ApicVcpu vcpu, in Access access, in Answer answer)
    {
        Vcpu = vcpu;
        _access = access;
        _answer = answer;
    }

    /// <summary>The vCPU.</summary>
    public ApicVcpu Vcpu { get; }

    /// <summary>Who issued it.</summary>
    public AccessOrigin Origin => _access.Origin;

    /// <summary>By MSR or by memory.</summary>
    public AccessKind Kind => _access.Kind;

    /// <summary>Whether it was a write.</summary>
    public bool IsWrite => _access.IsWrite;

    /// <summary>The register; None where the address names none.</summary>
    public ApicRegister Register => _access.Register;

    /// <summary>MSR number, or offset in the page.</summary>
    public uint Address => _access.Address;

    /// <summary>Bytes of a memory access; 8 of an MSR.</summary>
    public int Size => _access.Size;

    /// <summary>What was read or written; null where a read has no value.</summary>
    public ulong? Value => IsWrite ? _access.Value : _answer.HasValue ? _answer.Value : null;

    /// <summary>How it ended.</summary>
    public Outcome Outcome => _answer.Outcome;

    /// <summary>Who answered.</summary>
    public Responder AnsweredBy => _answer.Responder;

    /// <summary>The way it took.</summary>
    public Route Route => _answer.Route;

    /// <summary>The exception the guest got.</summary>
    public GuestFault Fault => _answer.Fault;

    /// <summary>Exits it cost.</summary>
    public int Exits => _answer.Exits;

    /// <summary>By which rule it ended.</summary>
    public Rule Rule => RuleBook.Of(_answer.Rule);

    /// <summary>Exit information 1 of the GHCB exit that failed; else 0.</summary>
    public int ExitInfo1 => _answer.ExitInfo1;

    /// <summary>Exit information 2 of the GHCB exit that failed; else 0.</summary>
    public ulong ExitInfo2 => _answer.ExitInfo2;

    /// <summary>Result code of the SVSM call; Success where there was none.</summary>
    public SvsmResult SvsmResult => (SvsmResult)_answer.SvsmResult;

    /// <summary>The bits of a written value that the register does not have, and dropped without a word; 0 where it took the whole value.</summary>
    public uint DroppedBits => Architecture.DroppedBits.Of(Vcpu.Machine.Core.Traits, _access, _answer);

    /// <summary>Whether the read has a value or the write took effect.</summary>
    public bool Succeeded => _answer.Succeeded;

    /// <summary>Hexadecimal digits of the value, 8 or 16.</summary>
    public int Digits => RegisterDigits.Of(Register, Kind);

    /// <summary>How it was made: <c>RDMSR 0x808</c>.</summary>
    public string Operation => ViewText.Operation(_access);

    /// <summary>The name of the register, or its number where it has no name.</summary>
    public string RegisterName => ViewText.Name(this);

    /// <summary>How it ended, in a word: <c>Value</c>, <c>#GP(0)</c>.</summary>
    public string Ending => ViewText.Ending(this);

    /// <summary>Where its rule stands; of a real kernel which it is.</summary>
    public string Source => AnsweredBy == Responder.Kvm ? Vcpu.Machine.Kernel ?? Rule.Source : Rule.Source;

    /// <summary>The access and how it ended, in a sentence.</summary>
    public string Description
    {
        get
        {
            string ending = Outcome != Outcome.Rejected ? ViewText.Ending(this)
                : RuleId == RuleId.BaseHostRefused ? "refused"
                : "refused by the host API; for a guest";
            string sentence = $"{_access} on vCPU {Vcpu.Index}: {ending}, {ViewText.Clause(Rule.Sentence)} ({Source})";
            return ExitInfo1 != 0 ? $"{sentence}; GHCB info1={ExitInfo1}, info2=0x{ExitInfo2:X8}"
                : SvsmResult != SvsmResult.Success ? $"{sentence}; SVSM result {SvsmResult} (0x{(uint)SvsmResult:X8})"
                : DroppedBits is not 0 and var dropped ? $"{sentence}; dropped: {ViewText.Bits(dropped, RegisterCatalogue.Find(Register)!)}"
                : sentence;
        }
    }

    internal Access Core => _access;

    internal RuleId RuleId => _answer.Rule;

    /// <inheritdoc/>
    public override string ToString() => $"{_access}: {ViewText.Ending(this)}";
}
