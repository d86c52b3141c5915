using System;
using System.Collections.Generic;
using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Emulation;
using ApicShell.Restores;
using ApicShell.Texts;
using ApicShell.Tracing;

namespace ApicShell.Errors;

/// <summary>Every error that a command can report, with its id and its words.</summary>
internal static partial class ApicErrors
{
    public static ErrorRecord OfAccess(ApicAccess access)
    {
        string id = access.Outcome switch
        {
            Outcome.Fault => $"{ErrorIds.GuestFault}.{access.Fault}",
            Outcome.Rejected => ErrorIds.HostRefused,
            _ => ErrorIds.ReadUndefined,
        };
        ErrorCategory category = access.Outcome == Outcome.Undefined ? ErrorCategory.InvalidResult : ErrorCategory.InvalidOperation;
        return new ApicException(id, category, access, access.Description).ToErrorRecord();
    }

    public static ApicException NoMachine() => new(ErrorIds.NoMachine, ErrorCategory.ObjectNotFound, null,
        "There is no machine in this session. New-ApicMachine or New-ApicVcpu makes one.");

    public static ApicException MachineNotFound(string name, IReadOnlyCollection<string> suggestions) => new(ErrorIds.MachineNotFound, ErrorCategory.ObjectNotFound, name,
        $"There is no machine named \"{name}\". {Meant(suggestions)}Get-ApicMachine lists the machines of this session.");

    public static ApicException MachineRemoved(ApicMachine machine) => new(ErrorIds.MachineRemoved, ErrorCategory.InvalidOperation, machine,
        $"Machine \"{machine.Name}\" was removed. Get-ApicMachine lists the machines of this session.");

    public static ApicException NameInvalid(string kind, string name, string why) => new(ErrorIds.NameInvalid, ErrorCategory.InvalidArgument, name,
        $"\"{name}\" cannot be the name of a {kind}: {why}.");

    public static ApicException TextInvalid(string parameter, string words, string why) => new(ErrorIds.TextInvalid, ErrorCategory.InvalidArgument, words,
        $"{parameter} \"{words}\" cannot be shown as it is: {why}.");

    public static ApicException MachineNameTaken(string name) => new(ErrorIds.MachineNameTaken, ErrorCategory.ResourceExists, name,
        $"There is a machine named \"{name}\" already. Choose another name, or remove that one with Remove-ApicMachine.");

    public static ApicException VcpuNotFound(ApicMachine machine, string what) => new(ErrorIds.VcpuNotFound, ErrorCategory.ObjectNotFound, machine,
        $"Machine \"{machine.Name}\" has no vCPU {what}; it has {machine.VcpuCount}, numbered from 0.");

    /// <summary>What a machine refuses, by the id of this command's errors.</summary>
    public static ApicException OfMachine(MachineException cause, object? target = null)
    {
        (string id, ErrorCategory category) = cause.Error switch
        {
            MachineError.VcpuCount => (ErrorIds.VcpuCountInvalid, ErrorCategory.InvalidArgument),
            MachineError.ApicIdBroadcast or MachineError.ApicIdTwice => (ErrorIds.ApicIdInvalid, ErrorCategory.InvalidArgument),
            MachineError.CheckpointUnlike => (ErrorIds.CheckpointMismatch, ErrorCategory.InvalidArgument),
            MachineError.ClockEnd => (ErrorIds.ClockOverflow, ErrorCategory.LimitsExceeded),
            MachineError.NoSvsm => (ErrorIds.NoSvsm, ErrorCategory.InvalidOperation),
            MachineError.OptionRefused => (ErrorIds.OptionsConflict, ErrorCategory.InvalidArgument),
            MachineError.BackendFailed => (ErrorIds.KvmFailed, ErrorCategory.DeviceError),
            MachineError.FeatureMissing => (ErrorIds.HypervisorFeatureMissing, ErrorCategory.NotImplemented),
            _ => throw new ArgumentOutOfRangeException(nameof(cause), cause.Error, null),
        };
        string more = cause.Error == MachineError.FeatureMissing ? " New-ApicMachine -HypervisorFeature says what it offers." : "";
        return new(id, category, target, cause.Message + more, cause);
    }

    public static ApicException VcpuCountInvalid(long count) => new(ErrorIds.VcpuCountInvalid, ErrorCategory.InvalidArgument, count,
        $"{count} vCPUs are not possible: a machine has 1 to {Machine.MaxVcpuCount}.");

    public static ApicException OptionsConflict(PlainMessage message) => new(ErrorIds.OptionsConflict, ErrorCategory.InvalidArgument, null, message);

    public static ApicException RegisterUnknown(string text, IReadOnlyList<string> suggestions) => new(
        ErrorIds.RegisterUnknown, ErrorCategory.InvalidArgument, text,
        $"\"{text}\" is no register of the local APIC. {(suggestions.Count == 0 ? "Get-ApicRegister -Model Amd lists them." : $"Did you mean {string.Join(" or ", suggestions)}?")}");

    public static ApicException RegisterNotInPage(ApicRegister register) => new(ErrorIds.RegisterNotInPage, ErrorCategory.InvalidArgument, register,
        $"{register} is an MSR and has no place in the APIC page. Use Read-ApicMsr or Write-ApicMsr.");

    public static ApicException MsrNotApic(uint number) => new(ErrorIds.MsrNotApic, ErrorCategory.InvalidArgument, number,
        $"MSR 0x{number:X} is none of the local APIC's. Those are 0x1B (ApicBase), 0x6E0 (TscDeadline) and 0x800 to 0xBFF; an offset of the page is for Read-ApicMmio and Write-ApicMmio.");

    public static ApicException OffsetOutOfPage(uint offset) => new(ErrorIds.OffsetOutOfPage, ErrorCategory.InvalidArgument, offset,
        $"Offset 0x{offset:X} is not in the APIC page, which goes from 0x000 to 0xFFF. Offsets count from APIC_BASE: the TPR is at 0x080.");

    public static ApicException NumberInvalid(object? value, int bits) => new(ErrorIds.NumberInvalid, ErrorCategory.InvalidArgument, value,
        $"\"{value}\" is no number. Write a whole number of at most {bits} bits, like {(bits switch { < 8 => "10 or 0xA", < 9 => "65 or 0x41", _ => "500 or 0x1F4" })}.");

    public static ApicException NumberTooWide(ulong number, int bits) => new(ErrorIds.NumberTooWide, ErrorCategory.InvalidArgument, number,
        $"0x{number:X} is wider than {bits} bits; the highest is 0x{ulong.MaxValue >> (64 - bits):X}.");

    public static ApicException WildcardInvalid(string text, Exception cause) => new(ErrorIds.WildcardInvalid, ErrorCategory.InvalidArgument, text,
        $"\"{text}\" is no pattern: a bracket that opens has one that closes, as in [a-c]. A backtick before a wildcard takes its meaning away.", cause);

    public static ApicException TimeLimitInvalid(object? value, TimeSpan most) => new(ErrorIds.TimeLimitInvalid, ErrorCategory.InvalidArgument, value,
        $"\"{value}\" is no time that a search may take. Give seconds or a time span, from 0 to {most.TotalSeconds} seconds ({most.TotalDays:0} days), like 90 or 00:01:30.");

    public static ApicException BaseAddressInvalid(ulong address) => new(ErrorIds.BaseAddressInvalid, ErrorCategory.InvalidArgument, address,
        $"0x{address:X} is not the address of a page: it must be a multiple of 0x1000. For the low bits of APIC_BASE use -Enabled, -Extended or -Value.");

    public static ApicException OriginNotOnPlatform(ApicMachine machine) => new(ErrorIds.OriginNotOnPlatform, ErrorCategory.InvalidArgument, machine,
        $"There is no SVSM on machine \"{machine.Name}\": its platform is {machine.Platform}. New-ApicMachine -Platform SevSnp makes one that has.");

    public static ApicException HostHasNoPage(ApicMachine machine) => new(ErrorIds.OriginNotOnPlatform, ErrorCategory.InvalidArgument, machine,
        "A host does not reach a guest's APIC page. Use Read-ApicMsr or Write-ApicMsr with -Origin Host.");

    public static ApicException NotSevSnp(ApicMachine machine) => new(ErrorIds.NotSevSnp, ErrorCategory.InvalidOperation, machine,
        $"This command needs platform SevSnp; machine \"{machine.Name}\" is {machine.Platform}. New-ApicMachine -Platform SevSnp makes one.");

    public static ApicException NoSvsm(ApicMachine machine) => new(ErrorIds.NoSvsm, ErrorCategory.InvalidOperation, machine,
        $"Machine \"{machine.Name}\" has no SVSM: its guest is under Restricted Injection, at VMPL0. Get-ApicDoorbell shows how it gets its interrupts; New-ApicMachine -Platform SevSnp without -RestrictedInjection makes one with an SVSM.");

    public static ApicException GuestEnded(ApicMachine machine) => new(ErrorIds.GuestEnded, ErrorCategory.InvalidOperation, machine,
        $"The guest of machine \"{machine.Name}\" has ended itself and does nothing more. Reset-ApicVcpu starts it anew.");

    public static ApicException VmplNotOnPlatform(ApicMachine machine, ulong vmpl, byte guest) => new(
        ErrorIds.VmplNotOnPlatform, ErrorCategory.InvalidArgument, vmpl,
        $"Nothing runs at VMPL{vmpl} on machine \"{machine.Name}\": {(guest == 0 ? "its guest is at VMPL0, and there is no SVSM" : $"its SVSM is at VMPL0, its guest at VMPL{guest}")}.");

    public static ApicException NameUnknown(string kind, string text, IReadOnlyCollection<string> suggestions) => new(
        ErrorIds.NameUnknown, ErrorCategory.InvalidArgument, text,
        $"\"{text}\" is no {kind}. {(suggestions.Count == 0 ? "Give its number, or a name that Tab offers." : $"Did you mean {string.Join(" or ", suggestions)}?")}");

    public static ApicException AlternateInjectionOff(ApicVcpu vcpu) => new(ErrorIds.AlternateInjectionOff, ErrorCategory.InvalidOperation, vcpu,
        $"Alternate Injection is off on vCPU {vcpu}. Enable-ApicAlternateInjection switches it on.");

    public static ApicException StillRegistered(ApicVcpu vcpu, uint registrations) => new(ErrorIds.StillRegistered, ErrorCategory.ResourceBusy, vcpu,
        $"Alternate Injection stays on on vCPU {vcpu}: the SVSM's APIC protocol is still registered {(registrations == 1 ? "once" : $"{registrations} times")}, by one count for all vCPUs. Disable-ApicAlternateInjection again deregisters once more.");

    public static ApicException SvsmSetupFailed(ApicVcpu vcpu) => new(ErrorIds.SvsmSetupFailed, ErrorCategory.InvalidOperation, vcpu,
        $"The SVSM could not set up its own APIC of vCPU {vcpu}, so that Alternate Injection stays off. The last access of Get-ApicTrace says what failed.");

    public static ApicException KvmUnavailable(string reason, string message, Exception? cause = null) => new(
        $"{ErrorIds.KvmUnavailable}.{reason}", ErrorCategory.ResourceUnavailable, "/dev/kvm", $"{message}", cause);

    public static ApicException KernelTraceUnavailable(string problem, string message, Exception? cause = null) => new(
        $"{ErrorIds.KernelTraceUnavailable}.{problem}", ErrorCategory.ResourceUnavailable, "tracefs", $"{message}", cause);

    public static ApicException NotOnKernel(ApicMachine machine) => new(ErrorIds.NotOnKernel, ErrorCategory.InvalidOperation, machine,
        $"Machine \"{machine.Name}\" runs on the emulator: no kernel has events of it. New-ApicMachine -Backend Kvm makes one that runs on this kernel.");

    public static ApicException BackendLacks(ApicMachine machine, string what) => new(ErrorIds.BackendLacks, ErrorCategory.NotImplemented, machine,
        $"{what} is nothing that a real kernel has: machine \"{machine.Name}\" runs on {machine.Kernel ?? "the emulator"}. New-ApicMachine without -Backend makes one of the emulator.");

    public static ApicException MachinesUnlike(PlainMessage message) => new(ErrorIds.MachinesUnlike, ErrorCategory.InvalidArgument, null, message);

    public static ApicException TraceMixed() => new(ErrorIds.TraceMixed, ErrorCategory.InvalidArgument, null,
        "The events are of several machines, or recorded and a machine's own. Compare one trace at a time: Get-ApicTrace of one machine, or Import-ApicTrace.");

    public static ApicException VectorMissing(DeliveryMode mode) => new(ErrorIds.VectorMissing, ErrorCategory.InvalidArgument, mode,
        $"An interrupt of mode {mode} needs a vector: -Vector, 0x10 to 0xFF{(mode == DeliveryMode.Startup ? "; for a start-up the page to start at" : "")}.");

    public static ApicException VcpuOfOtherMachine(ApicVcpu source, ApicVcpu target) => new(
        ErrorIds.VcpuOfOtherMachine, ErrorCategory.InvalidArgument, target,
        $"vCPU {source} cannot send to vCPU {target}: they are of different machines.");

    public static ApicException ApicOff(ApicVcpu vcpu, string register) => new(ErrorIds.ApicOff, ErrorCategory.InvalidOperation, vcpu,
        $"The local APIC of vCPU {vcpu} is in mode {vcpu.Mode} and has no {register}. Set-ApicBase -Mode XApic switches it on.");

    public static ApicException RegisterNotInModel(ApicMachine machine, ApicRegister register) => new(
        ErrorIds.RegisterNotInModel, ErrorCategory.InvalidOperation, machine,
        $"Model {machine.Model} of machine \"{machine.Name}\" has no {register}. Get-ApicRegister -Model {machine.Model} lists what it has.");

    public static ApicException MsiAddressInvalid(ulong address) => new(ErrorIds.MsiAddressInvalid, ErrorCategory.InvalidArgument, address,
        $"0x{address:X} is not the address of an MSI. Those are 0xFEE00000 to 0xFEEFFFFF: bits 19:12 are the destination, 3 the redirection hint, 2 logical. Bits 63:40 are bits 31:8 of the destination on a machine with quirk X2Apic32BitIds.");

    public static ApicException ClockOverflow(ApicMachine machine, ulong nanoseconds) => new(ErrorIds.ClockOverflow, ErrorCategory.LimitsExceeded, machine,
        $"The clock of machine \"{machine.Name}\" cannot be stepped by {nanoseconds} ns: it is at {machine.Clock} ns and ends at {Machine.MaxClock} ns; at most {Machine.MaxClock - machine.Clock} ns are left.");

    public static ApicException NoTimer(ApicMachine machine) => new(ErrorIds.NoTimer, ErrorCategory.ObjectNotFound, machine,
        $"No timer of machine \"{machine.Name}\" runs. A write of TimerInitial, or of TscDeadline in TSC-deadline mode, starts one; Step-ApicClock -Nanoseconds lets time pass without.");

    public static ApicException CheckpointMismatch(ApicCheckpoint checkpoint, ApicMachine machine) => new(
        ErrorIds.CheckpointMismatch, ErrorCategory.InvalidArgument, checkpoint,
        $"Checkpoint {checkpoint} is of {Kind(checkpoint.VcpuCount, checkpoint.Machine)}; machine \"{machine.Name}\" has {Kind(machine.VcpuCount, machine)}. "
        + "It must have the same number of vCPUs, the same APIC IDs and the same options.");

    public static ApicException NothingToExport(ApicMachine machine) => new(ErrorIds.NothingToExport, ErrorCategory.ObjectNotFound, machine,
        $"The trace of machine \"{machine.Name}\" is empty; Get-ApicTrace shows what is in it.");

    public static ApicException TraceMixed(ApicMachine? machine) => new(ErrorIds.TraceMixed, ErrorCategory.InvalidArgument, machine,
        $"Events of {(machine is null ? "a file" : $"machine \"{machine.Name}\"")} do not fit into the same script as those before: one script is one machine. Export them to another file.");

    public static ApicException InputInvalid(object item) => new(ErrorIds.InputInvalid, ErrorCategory.InvalidType, item,
        $"\"{item}\" cannot be exported. Give what Get-ApicTrace, Import-ApicTrace or Get-ApicMachine gives.");

    public static ApicException FileExists(string file) => new(ErrorIds.FileExists, ErrorCategory.ResourceExists, file,
        $"\"{file}\" is there already. Choose another name, or leave -NoClobber out.");

    public static ApicException FileUnwritable(string file, string why, Exception? cause) => new(ErrorIds.FileUnwritable, ErrorCategory.WriteError, file,
        $"\"{file}\" cannot be written: {Cause(why)}", cause);

    public static ApicException ValueCountMismatch(int registers, int values) => new(ErrorIds.ValueCountMismatch, ErrorCategory.InvalidArgument, values,
        $"{registers} register{(registers == 1 ? "" : "s")} and {values} values do not pair: give one value for all registers, or one for each.");

    public static ApicException RuleNotFound(string id, IReadOnlyCollection<string> suggestions) => new(ErrorIds.RuleNotFound, ErrorCategory.ObjectNotFound, id,
        $"There is no rule \"{id}\". {Meant(suggestions)}Get-ApicRule lists them all, and takes wildcards.");

    public static ApicException TooManyItems(int count) => new(ErrorIds.TooManyItems, ErrorCategory.LimitsExceeded, count,
        $"All orders of {count} items are too many; at the most {RestoreOrders.MostItems} items can be tried so. Without -AllOrders their order is the given one.");

    public static ApicException TraceEmpty(string path, long lines) => new(ErrorIds.TraceEmpty, ErrorCategory.InvalidData, path,
        $"{path} {(lines == 0 ? "is empty" : $"has no APIC event of QEMU in its {lines} lines")}. An event looks like \"apic_mem_readl 0xf0 = 0x000000ff\".");

    public static ApicException TraceInvalid(string path, TraceFormatException cause) => new(
        cause.Problem switch
        {
            TraceProblem.LineTooLong => ErrorIds.TraceLineTooLong,
            TraceProblem.NotText => ErrorIds.TraceNotText,
            _ => ErrorIds.TraceLineInvalid,
        },
        ErrorCategory.InvalidData, path, $"{path}, line {cause.Line}: {cause.Message}", cause);

    private static string Kind(int vcpus, ApicMachine machine) => $"{vcpus} vCPU{(vcpus == 1 ? "" : "s")}, model {machine.Model}, platform {machine.Platform}";
}
