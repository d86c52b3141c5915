using ApicShell.Architecture;

namespace ApicShell.Confidential;

/// <summary>The numbers of the rules of SEV-SNP: #VC handler, GHCB, SVSM. Names are stable: scripts and tests may use them.</summary>
public static class SnpRule
{
    internal const RuleId First = (RuleId)0x1000;

#pragma warning disable CS1591 // The sentence on each rule stands in SnpRules, where tools can show it.
    public const RuleId GhcbMmioTooLong = First;
    public const RuleId SvsmServes = First + 1;
    public const RuleId SvsmInvalidAddress = First + 2;
    public const RuleId SvsmReadOnly = First + 3;
    public const RuleId SvsmWriteOnly = First + 4;
    public const RuleId SvsmTprByte = First + 5;
    public const RuleId SvsmEoiZero = First + 6;
    public const RuleId SvsmIcrValue = First + 7;
    public const RuleId SvsmSelfIpiValue = First + 8;
    public const RuleId SvsmIpiSent = First + 9;
    public const RuleId SvsmIpiPosted = First + 10;
    public const RuleId SvsmIpiNobody = First + 11;
    public const RuleId SvsmTargetWithoutEmulation = First + 12;
    public const RuleId SvsmNotNotified = First + 13;
    public const RuleId SvsmIllegalVector = First + 14;
    public const RuleId SvsmVectorNotAllowed = First + 15;
    public const RuleId SvsmHostVector = First + 16;
    public const RuleId SvsmInjected = First + 17;
    public const RuleId SvsmQueued = First + 18;
    public const RuleId SvsmRewound = First + 19;
    public const RuleId SvsmEoi = First + 20;
    public const RuleId SvsmLazyEoi = First + 21;
    public const RuleId SvsmTimerServes = First + 22;
    public const RuleId SvsmNoEmulation = First + 23;
    public const RuleId SvsmUnsupported = First + 24;
    public const RuleId SvsmQueriesProtocol = First + 25;
    public const RuleId SvsmRegistration = First + 26;
    public const RuleId SvsmConfigureValue = First + 27;
    public const RuleId SvsmVectorConfigured = First + 28;
    public const RuleId SvsmVectorReserved = First + 29;
    public const RuleId SvsmTakenOver = First + 30;
    public const RuleId SvsmHandOffNoPlace = First + 31;
    public const RuleId HostPosts = First + 32;
    public const RuleId HostNotifies = First + 33;
    public const RuleId HostNmiUnread = First + 34;
    public const RuleId HostTakesOver = First + 35;
    public const RuleId HostInjectsHv = First + 36;
    public const RuleId ProposalShape = First + 37;
    public const RuleId LinuxNeedsX2Apic = First + 38;
    public const RuleId LinuxNeedsSuccess = First + 39;
    public const RuleId TranslateForm = First + 40;
    public const RuleId TranslateIcr2 = First + 41;
    public const RuleId TranslateLogical = First + 42;
    public const RuleId TranslateLdr = First + 43;
    public const RuleId TranslateLogicalId = First + 44;
    public const RuleId TranslateShape = First + 45;
    public const RuleId SplitLogicalId = First + 46;
    public const RuleId WholeServes = First + 47;
    public const RuleId WholeIcrType = First + 48;
    public const RuleId WholePageCall = First + 49;
    public const RuleId GuestTerminated = First + 50;
    public const RuleId HostLacksFeature = First + 51;
    public const RuleId VgifClear = First + 52;
#pragma warning restore CS1591
}
