using System.Management.Automation;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Completion;
using ApicShell.Confidential;
using ApicShell.Errors;

namespace ApicShell.Commands;

/// <summary>Invoke-ApicSvsmCall: a call of the guest to the SVSM, with raw registers in and out.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ApicSvsmCall", SupportsShouldProcess = true)]
[OutputType(typeof(ApicSvsmCallResult))]
public sealed class InvokeApicSvsmCallCommand : AlternateInjectionCommand
{
    private const int RaxHalf = 32;

    private SvsmRegisterSet _input;

    /// <summary>The protocol, by name or number.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SvsmProtocolCompleter))]
    [ValidateNotNull]
    public NumberArgument Protocol { get; set; } = new(SvsmProtocol.Apic);

    /// <summary>The call, by name or number.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(SvsmCallCompleter))]
    [ValidateNotNull]
    public NumberArgument Call { get; set; } = new(0);

    /// <summary>RCX.</summary>
    [Parameter]
    [ValidateNotNull]
    public NumberArgument? Rcx { get; set; }

    /// <summary>RCX as the MSR number of a register.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RegisterCompleter))]
    [ValidateNotNull]
    public RegisterArgument? Register { get; set; }

    /// <summary>RDX.</summary>
    [Parameter]
    [ValidateNotNull]
    public NumberArgument Rdx { get; set; } = new(0);

    /// <summary>R8.</summary>
    [Parameter]
    [ValidateNotNull]
    public NumberArgument R8 { get; set; } = new(0);

    /// <summary>Leave the calling area's first byte at 0.</summary>
    [Parameter]
    public SwitchParameter NoCallPending { get; set; }

    private protected override void Prepare()
    {
        if (Rcx is not null && Register is not null)
        {
            throw ApicErrors.OptionsConflict("-Register is RCX by the name of a register: give it or -Rcx.");
        }

        ulong protocol = ProtocolNames.Protocols.NumberOf(Protocol);
        ulong call = ProtocolNames.CallsOf((uint)protocol).NumberOf(Call);
        ulong rcx = Register is { } register ? RegisterResolver.Msr(register) : Rcx?.ToUInt64() ?? 0;
        _input = new((protocol << RaxHalf) | call, rcx, Rdx.ToUInt64(), R8.ToUInt64());
    }

    private protected override void Process(ApicVcpu vcpu, SnpPlatform platform)
    {
        CheckGuest(vcpu, platform);
        if (!ShouldProcess(
            $"vCPU {vcpu}", $"SVSM call {ProtocolNames.CallText(_input)}: rax=0x{_input.Rax:X}, rcx=0x{_input.Rcx:X}, rdx=0x{_input.Rdx:X}"))
        {
            return;
        }

        ApicMachine machine = vcpu.Machine;
        ApicSvsmCallResult result;
        using (machine.Take())
        {
            int before = machine.Log.Exits;
            SvsmRegisterSet output = machine.Core.CallSvsm(vcpu.Index, _input, !NoCallPending, out RuleId rule);
            result = new(vcpu, _input, output, rule, machine.Log.Exits - before);
        }

        WriteObject(result);
    }
}
