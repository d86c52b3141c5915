using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>How a call for a register ended: what two processor registers hold.</summary>
internal readonly struct SvsmReply
{
    // Packed by shifts, as in ApicResult: a result that goes back by the stack, part by part, costs more than many a call does.
    private readonly ulong _packed;

    /// <summary>A call that ended in some way.</summary>
    /// <param name="result">The result code.</param>
    /// <param name="rule">By which rule.</param>
    /// <param name="value">What a read gives.</param>
    public SvsmReply(SvsmResult result, RuleId rule, ulong value = 0) => (Value, _packed) = (value, (uint)result | ((ulong)rule << 32));

    /// <summary>What a read gives; 0 when there is no value.</summary>
    public ulong Value { get; }

    /// <summary>The result code.</summary>
    public SvsmResult Result => (SvsmResult)(uint)_packed;

    /// <summary>By which rule.</summary>
    public RuleId Rule => (RuleId)(_packed >> 32);

    /// <summary>Whether the call succeeded.</summary>
    public bool Succeeded => (uint)_packed == (uint)SvsmResult.Success;

    /// <summary>A call that succeeded.</summary>
    public static SvsmReply Success(RuleId rule, ulong value = 0) => new(SvsmResult.Success, rule, value);

    /// <summary>As the guest sees it that made an access of the call: what is not a success is a fault.</summary>
    /// <param name="success">How an access of this kind ends well.</param>
    public ApicResult AsAccess(Outcome success) => new(Succeeded ? success : Outcome.Fault, Rule, Value, Responder.Svsm);
}
