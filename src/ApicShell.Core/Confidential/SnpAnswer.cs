using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>What an SEV-SNP machine has to say of a failure: <see cref="Answer.Failure"/>.</summary>
public enum SnpFailure : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A GHCB exit told the guest to raise an exception; the detail is exit information 2.</summary>
    Exception = GhcbReply.Exception,

    /// <summary>A GHCB exit found its input malformed; the detail is exit information 2.</summary>
    Malformed = GhcbReply.Malformed,

    /// <summary>An SVSM call failed; the detail is its result code.</summary>
    SvsmCall,
}

/// <summary>The part of an answer that is SEV-SNP's.</summary>
public static class SnpAnswer
{
    extension(Answer answer)
    {
        /// <summary>Exit information 1 of the GHCB exit that failed (1 or 2), else 0.</summary>
        public byte ExitInfo1 => answer.FailureOf() is SnpFailure.Exception or SnpFailure.Malformed ? answer.Failure : (byte)0;

        /// <summary>Exit information 2 of the GHCB exit that failed, else 0.</summary>
        public ulong ExitInfo2 => answer.FailureOf() is SnpFailure.Exception or SnpFailure.Malformed ? answer.Detail : 0;

        /// <summary>Result code of the SVSM call that failed, else success.</summary>
        public SvsmResult SvsmResult => answer.FailureOf() == SnpFailure.SvsmCall ? (SvsmResult)answer.Detail : SvsmResult.Success;
    }

    /// <summary>An SVSM call succeeded and gave nothing.</summary>
    internal static Answer Served(RuleId rule) => new(Outcome.Done, rule, 0, Responder.Svsm);

    /// <summary>An SVSM call succeeded and gave a value.</summary>
    internal static Answer Served(RuleId rule, ulong value) => new(Outcome.Value, rule, value, Responder.Svsm);

    /// <summary>An SVSM call failed: to a guest that made an access of it, a fault.</summary>
    internal static Answer Failed(SvsmResult result, RuleId rule) =>
        new Answer(Outcome.Fault, rule, 0, Responder.Svsm).With((byte)SnpFailure.SvsmCall, (uint)result);

    /// <summary>A GHCB exit succeeded.</summary>
    internal static Answer Exited(ulong info2 = 0) => new(Outcome.Done, RuleId.None, info2, Responder.Hypervisor);

    /// <summary>A GHCB exit was refused, for one of the reasons of <see cref="GhcbReply"/>.</summary>
    internal static Answer Refused(ulong reason) =>
        new Answer(Outcome.Rejected, RuleId.None, 0, Responder.Hypervisor).With((byte)SnpFailure.Malformed, reason);

    private static SnpFailure FailureOf(this Answer answer) => (SnpFailure)answer.Failure;
}
