namespace ApicShell.Errors;

/// <summary>Ids of errors. They are part of the interface: scripts and tests may rely on them.</summary>
public static partial class ErrorIds
{
    /// <summary>A guest fault; the fault's name follows, as in GuestFault.GP.</summary>
    public const string GuestFault = "GuestFault";

    /// <summary>The host API refused a host-initiated access.</summary>
    public const string HostRefused = "HostRefused";

    /// <summary>A read has no value because its source leaves the result open.</summary>
    public const string ReadUndefined = "ReadUndefined";

    /// <summary>There is no machine in the session.</summary>
    public const string NoMachine = "NoMachine";

    /// <summary>No machine has this name.</summary>
    public const string MachineNotFound = "MachineNotFound";

    /// <summary>A handle's machine was removed.</summary>
    public const string MachineRemoved = "MachineRemoved";

    /// <summary>A text cannot be a name: it is empty, too long, or has characters that cannot be seen.</summary>
    public const string NameInvalid = "NameInvalid";

    /// <summary>A title, or other words about a thing, are too long, or have characters that cannot be seen.</summary>
    public const string TextInvalid = "TextInvalid";

    /// <summary>Another machine has this name.</summary>
    public const string MachineNameTaken = "MachineNameTaken";

    /// <summary>The machine has no such vCPU.</summary>
    public const string VcpuNotFound = "VcpuNotFound";

    /// <summary>An APIC ID that no vCPU can have, or that another has.</summary>
    public const string ApicIdInvalid = "ApicIdInvalid";

    /// <summary>A machine cannot have that many vCPUs.</summary>
    public const string VcpuCountInvalid = "VcpuCountInvalid";

    /// <summary>Two options exclude each other.</summary>
    public const string OptionsConflict = "OptionsConflict";

    /// <summary>No register has this name or number.</summary>
    public const string RegisterUnknown = "RegisterUnknown";

    /// <summary>The register is an MSR only.</summary>
    public const string RegisterNotInPage = "RegisterNotInPage";

    /// <summary>The MSR number is none of the local APIC's.</summary>
    public const string MsrNotApic = "MsrNotApic";

    /// <summary>The offset is not in the 4 KiB page.</summary>
    public const string OffsetOutOfPage = "OffsetOutOfPage";

    /// <summary>What was given is no number.</summary>
    public const string NumberInvalid = "NumberInvalid";

    /// <summary>A number is wider than what it is for.</summary>
    public const string NumberTooWide = "NumberTooWide";

    /// <summary>A text with wildcards is no pattern.</summary>
    public const string WildcardInvalid = "WildcardInvalid";

    /// <summary>A time that something may take is none, or too long.</summary>
    public const string TimeLimitInvalid = "TimeLimitInvalid";

    /// <summary>The address is no page's.</summary>
    public const string BaseAddressInvalid = "BaseAddressInvalid";

    /// <summary>Who should issue the access does not exist on the platform.</summary>
    public const string OriginNotOnPlatform = "OriginNotOnPlatform";

    /// <summary>What the machine runs on cannot do this.</summary>
    public const string BackendLacks = "BackendLacks";

    /// <summary>The kernel's KVM cannot be used here; a cause follows, as in KvmUnavailable.NoPermission.</summary>
    public const string KvmUnavailable = "KvmUnavailable";

    /// <summary>The kernel's KVM refused, or a vCPU did not come back.</summary>
    public const string KvmFailed = "KvmFailed";

    /// <summary>A file of known differences cannot be read, or has a line that is none.</summary>
    public const string KnownDifferencesInvalid = "KnownDifferencesInvalid";

    /// <summary>A campaign's file cannot be read, or is of another campaign.</summary>
    public const string CampaignFileInvalid = "CampaignFileInvalid";

    /// <summary>The kernel's trace events cannot be had; a cause follows, as in KernelTraceUnavailable.NotMounted.</summary>
    public const string KernelTraceUnavailable = "KernelTraceUnavailable";

    /// <summary>The command needs a machine of backend Kvm.</summary>
    public const string NotOnKernel = "NotOnKernel";

    /// <summary>The command needs platform SevSnp.</summary>
    public const string NotSevSnp = "NotSevSnp";

    /// <summary>The machine has no SVSM: its guest is under Restricted Injection.</summary>
    public const string NoSvsm = "NoSvsm";

    /// <summary>The guest has ended itself.</summary>
    public const string GuestEnded = "GuestEnded";

    /// <summary>Nothing runs at this VMPL on the machine's platform.</summary>
    public const string VmplNotOnPlatform = "VmplNotOnPlatform";

    /// <summary>A protocol, a call or an exit code has no such name.</summary>
    public const string NameUnknown = "NameUnknown";

    /// <summary>The machines, or the trace and the machines, do not fit each other.</summary>
    public const string MachinesUnlike = "MachinesUnlike";

    /// <summary>The events are of several machines, or recorded and a machine's own at once, where one trace is wanted.</summary>
    public const string TraceMixed = "TraceMixed";

    /// <summary>The message needs a vector and got none.</summary>
    public const string VectorMissing = "VectorMissing";

    /// <summary>A vCPU cannot send to one of another machine.</summary>
    public const string VcpuOfOtherMachine = "VcpuOfOtherMachine";

    /// <summary>The local APIC is off, and has no registers.</summary>
    public const string ApicOff = "ApicOff";

    /// <summary>The machine's model does not have the register.</summary>
    public const string RegisterNotInModel = "RegisterNotInModel";

    /// <summary>The address is none that a device writes an MSI to.</summary>
    public const string MsiAddressInvalid = "MsiAddressInvalid";

    /// <summary>The clock would pass its end.</summary>
    public const string ClockOverflow = "ClockOverflow";

    /// <summary>No timer runs that the clock could be stepped to.</summary>
    public const string NoTimer = "NoTimer";

    /// <summary>The checkpoint is of a machine that was made differently.</summary>
    public const string CheckpointMismatch = "CheckpointMismatch";

    /// <summary>No rule has this id.</summary>
    public const string RuleNotFound = "RuleNotFound";

    /// <summary>There is no such trace file.</summary>
    public const string TraceNotFound = "TraceNotFound";

    /// <summary>The trace file cannot be read.</summary>
    public const string TraceUnreadable = "TraceUnreadable";

    /// <summary>The trace has no event of the APIC.</summary>
    public const string TraceEmpty = "TraceEmpty";

    /// <summary>A trace line is torn.</summary>
    public const string TraceLineInvalid = "TraceLineInvalid";

    /// <summary>A trace line is longer than any event.</summary>
    public const string TraceLineTooLong = "TraceLineTooLong";

    /// <summary>The trace has nothing to export.</summary>
    public const string NothingToExport = "NothingToExport";

    /// <summary>What came through the pipeline is nothing that the command knows.</summary>
    public const string InputInvalid = "InputInvalid";

    /// <summary>The file is there, and was not to be overwritten.</summary>
    public const string FileExists = "FileExists";

    /// <summary>The file cannot be written.</summary>
    public const string FileUnwritable = "FileUnwritable";

    /// <summary>Registers and values do not pair.</summary>
    public const string ValueCountMismatch = "ValueCountMismatch";

    /// <summary>Alternate Injection is off on the vCPU.</summary>
    public const string AlternateInjectionOff = "AlternateInjectionOff";

    /// <summary>The hypervisor does not offer what is needed.</summary>
    public const string HypervisorFeatureMissing = "HypervisorFeatureMissing";

    /// <summary>Registrations of the SVSM's APIC protocol remain, so that it goes on.</summary>
    public const string StillRegistered = "StillRegistered";

    /// <summary>The SVSM could not set up its own APIC.</summary>
    public const string SvsmSetupFailed = "SvsmSetupFailed";

    /// <summary>The trace is no text.</summary>
    public const string TraceNotText = "TraceNotText";

    /// <summary>No boot has this name.</summary>
    public const string BootNotFound = "BootNotFound";

    /// <summary>A boot that comes with the module has this name.</summary>
    public const string BootNameTaken = "BootNameTaken";

    /// <summary>A boot cannot be made as it was described.</summary>
    public const string BootInvalid = "BootInvalid";

    /// <summary>The file of boots is not there, or cannot be read.</summary>
    public const string BootFileUnreadable = "BootFileUnreadable";

    /// <summary>The boot, or no boot at all, has a phase of this name.</summary>
    public const string PhaseNotFound = "PhaseNotFound";

    /// <summary>No world has this name.</summary>
    public const string WorldNotFound = "WorldNotFound";

    /// <summary>A world that comes with the module has this name.</summary>
    public const string WorldNameTaken = "WorldNameTaken";

    /// <summary>No change has this name.</summary>
    public const string ChangeNotFound = "ChangeNotFound";

    /// <summary>A change that comes with the module has this name.</summary>
    public const string ChangeNameTaken = "ChangeNameTaken";

    /// <summary>A change cannot be made as it was described.</summary>
    public const string ChangeInvalid = "ChangeInvalid";

    /// <summary>Two changes cannot be made together.</summary>
    public const string ChangesConflict = "ChangesConflict";

    /// <summary>More items than all orders can be tried of.</summary>
    public const string TooManyItems = "TooManyItems";

    /// <summary>More changes than can be tried together.</summary>
    public const string TooManyChanges = "TooManyChanges";

    /// <summary>A party has no version of this name.</summary>
    public const string PartyVersionNotFound = "PartyVersionNotFound";

    /// <summary>A version that comes with the module has this name.</summary>
    public const string PartyVersionNameTaken = "PartyVersionNameTaken";

    /// <summary>A name stands for several things where one is wanted.</summary>
    public const string NotOne = "NotOne";

    /// <summary>No design has this name, or several where one is wanted.</summary>
    public const string DesignNotFound = "DesignNotFound";

    /// <summary>A design that comes with the module has this name.</summary>
    public const string DesignNameTaken = "DesignNameTaken";

    /// <summary>A design cannot be made or tried as it was described.</summary>
    public const string DesignInvalid = "DesignInvalid";

    /// <summary>A line of a boot or a design is no step.</summary>
    public const string StepInvalid = "StepInvalid";
}
