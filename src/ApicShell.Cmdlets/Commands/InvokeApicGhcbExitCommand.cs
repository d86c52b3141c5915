using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Invoke-ApicGhcbExit: an exit to the hypervisor by the GHCB or its MSR, with raw numbers in and out.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ApicGhcbExit", DefaultParameterSetName = ExitSet, SupportsShouldProcess = true)]
[OutputType(typeof(ApicGhcbReply), typeof(ApicGhcbMsrReply))]
public sealed class InvokeApicGhcbExitCommand : AlternateInjectionCommand
{
    private const string ExitSet = "Exit";
    private const string MsrSet = "MsrProtocol";

    private GhcbRequest _exit;
    private ulong _request;

    /// <summary>The exit code, by name or number.</summary>
    [Parameter(ParameterSetName = ExitSet, Mandatory = true)]
    [ArgumentCompleter(typeof(ExitCodeCompleter))]
    [ValidateNotNull]
    public NumberArgument ExitCode { get; set; } = new(0);

    /// <summary>Exit information 1.</summary>
    [Parameter(ParameterSetName = ExitSet)]
    [ValidateNotNull]
    public NumberArgument Info1 { get; set; } = new(0);

    /// <summary>Exit information 2.</summary>
    [Parameter(ParameterSetName = ExitSet)]
    [ValidateNotNull]
    public NumberArgument Info2 { get; set; } = new(0);

    /// <summary>RCX: of an MSR exit the MSR.</summary>
    [Parameter(ParameterSetName = ExitSet)]
    [ValidateNotNull]
    public NumberArgument Rcx { get; set; } = new(0);

    /// <summary>What is written.</summary>
    [Parameter(ParameterSetName = ExitSet)]
    [ValidateNotNull]
    public NumberArgument Data { get; set; } = new(0);

    /// <summary>A request in the GHCB MSR, by its bits or by name.</summary>
    [Parameter(ParameterSetName = MsrSet, Mandatory = true)]
    [ArgumentCompleter(typeof(MsrRequestCompleter))]
    [ValidateNotNull]
    public NumberArgument MsrProtocol { get; set; } = new(0);

    /// <summary>Which VMPL exits.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VmplCompleter))]
    [ValidateNotNull]
    public NumberArgument? Vmpl { get; set; }

    private protected override void Prepare()
    {
        if (ParameterSetName == MsrSet)
        {
            _request = ProtocolNames.MsrRequests.NumberOf(MsrProtocol);
        }
        else
        {
            _exit = new(ProtocolNames.ExitCodes.NumberOf(ExitCode), Info1.ToUInt64(), Info2.ToUInt64(), Rcx.ToUInt64(), Data.ToUInt64());
        }
    }

    private protected override bool NeedsSvsm => false;

    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        CheckGuest(vcpu, platform);
        byte vmpl = VmplOn(vcpu.Machine, platform);
        string action = ParameterSetName == MsrSet
            ? $"GHCB MSR 0x{_request:X} from VMPL{vmpl}"
            : ProtocolNames.ExitText(vmpl, _exit);
        if (!ShouldProcess($"vCPU {vcpu}", action))
        {
            return;
        }

        ApicMachine machine = vcpu.Machine;
        object reply;
        using (machine.Take())
        {
            if (ParameterSetName == MsrSet)
            {
                ulong answer = machine.Core.ExitByMsr(vcpu.Index, vmpl, _request);
                reply = new ApicGhcbMsrReply(vcpu, vmpl, _request, answer, platform.IsTerminated);
            }
            else
            {
                reply = new ApicGhcbReply(vcpu, vmpl, _exit, machine.Core.Exit(vcpu.Index, vmpl, _exit), platform.IsTerminated);
            }
        }

        WriteObject(reply);
    }

    private byte VmplOn(ApicMachine machine, SnpPlatform platform)
    {
        ulong vmpl = Vmpl?.ToUInt64() ?? platform.GuestVmpl;
        return vmpl == 0 || vmpl == platform.GuestVmpl ? (byte)vmpl : throw ApicErrors.VmplNotOnPlatform(machine, vmpl, platform.GuestVmpl);
    }
}
