namespace ApicShell.Confidential;

/// <summary>The guest's #VC handlers: how each treats an access to the APIC.</summary>
internal static class VcHandlers
{
    /// <summary>In the order of <see cref="VcHandler"/>.</summary>
    private static readonly VcHandling[] s_handlers =
        [new Edk2Handling(), new ProposalHandling(), new LinuxHandling(), new TranslateHandling(), new SplitHandling(), new WholeHandling()];

    /// <summary>What a handler does.</summary>
    public static VcHandling Of(VcHandler handler) => s_handlers[(int)handler];
}
