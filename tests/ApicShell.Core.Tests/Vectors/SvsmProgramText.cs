using System.Collections.Generic;
using System.Linq;
using ApicShell.Confidential;

namespace ApicShell.Tests;

/// <summary>Writes a program as the commands that do the same at the prompt.</summary>
internal static class SvsmProgramText
{
    public static string Of(SvsmProgram program, SvsmBehavior behavior) => string.Join('\n', Lines(program, behavior));

    public static string Of(SvsmStep step, int vcpuCount)
    {
        string at = $"-Vcpu $v[{step.Vcpu % vcpuCount}]";
        string vector = $"0x{SvsmRun.VectorOf(step):X2}";
        string on = step.Value != 0 ? "$true" : "$false";
        return step.Op switch
        {
            SvsmOp.SelfIpi => $"Write-ApicMsr SelfIpi {vector} {at}",
            SvsmOp.Ipi => $"Send-ApicIpi {vector} {Target(step.Target, vcpuCount)} {at}",
            SvsmOp.NmiIpi => $"Write-ApicMsr Icr 0x{SvsmRun.IcrOf(step, vcpuCount):X} {at}",
            SvsmOp.Tpr => $"Write-ApicMsr Tpr 0x{step.Value:X2} {at}",
            SvsmOp.Eoi => $"Complete-ApicInterrupt -Explicit {at}",
            SvsmOp.EndLazily => $"Complete-ApicInterrupt {at}",
            SvsmOp.Read => $"Read-ApicMsr 0x{0x800 + step.Value:X} {at}",
            SvsmOp.HostEdge => $"Send-ApicInterrupt -Destination 0x{Id(step, vcpuCount):X} -Vector {vector}",
            SvsmOp.HostLevel => $"Send-ApicInterrupt -Destination 0x{Id(step, vcpuCount):X} -Vector {vector} -Level",
            SvsmOp.HostNmi => $"Send-ApicInterrupt -Nmi {at}",
            SvsmOp.Allow => Call(SvsmCall.ConfigureVector, 0x100u | step.Value, at),
            SvsmOp.Refuse => Call(SvsmCall.ConfigureVector, step.Value, at),
            SvsmOp.AllowAll => Call(SvsmCall.ConfigureVector, step.Value != 0 ? 0x300u : 0x200, at),
            SvsmOp.Interrupts => $"Set-ApicVcpu -InterruptsEnabled {on} {at}",
            SvsmOp.Cr8 => $"Set-ApicVcpu -Cr8 {step.Value & 0xF} {at}",
            SvsmOp.Shadow => $"Set-ApicVcpu -InterruptShadow {on} {at}",
            SvsmOp.Take => $"Receive-ApicInterrupt {at}",
            SvsmOp.Intercept => $"Receive-ApicInterrupt -Intercepted {at}",
            SvsmOp.Exit => $"Set-ApicVcpu -Vmpl 0 {at}",
            SvsmOp.ExitException => $"Set-ApicVcpu -Vmpl 0 -ExitInterrupt 0x{Event(InjectedEventType.Exception, step.Value):X} {at}",
            SvsmOp.ExitSoftware => $"Set-ApicVcpu -Vmpl 0 -ExitInterrupt 0x{Event(InjectedEventType.Software, step.Value):X} {at}",
            SvsmOp.Enter => $"Set-ApicVcpu -Vmpl 2 {at}",
            SvsmOp.Pause => $"Set-ApicVcpu -Paused {on} {at}",
            SvsmOp.Configure => Call(SvsmCall.Configure, step.Value, at),
            _ => $"Enable-ApicAlternateInjection -VcHandler Proposal {at}",
        };
    }

    private static IEnumerable<string> Lines(SvsmProgram program, SvsmBehavior behavior)
    {
        string ids = string.Join(", ", SvsmProgram.ApicIds.Take(program.VcpuCount).Select(id => $"0x{id:X}"));
        const string All = "-Vcpu $v";
        yield return $"$v = (New-ApicMachine -ApicId {ids} -Platform SevSnp -ApicScope {program.Scope} -ResetMode X2Apic).Vcpu";
        if (program.IsPrepared)
        {
            yield return $"Write-ApicMsr Svr 0x1FF -Origin Svsm {All}";
        }

        if (program.Scope == ApicScope.PerVmpl)
        {
            yield return $"Write-ApicMsr Svr 0x1FF {All}";
        }

        yield return $"Enable-ApicAlternateInjection -VcHandler Proposal{(behavior == SvsmBehavior.None ? "" : $" -SvsmBehavior {behavior}")} {All}";
        yield return $"Set-ApicVcpu -InterruptsEnabled $true {All}";
        foreach (SvsmStep step in program.Steps)
        {
            yield return Of(step, program.VcpuCount);
        }
    }

    private static string Target(IpiTarget target, int vcpuCount) => target switch
    {
        IpiTarget.First or IpiTarget.Second or IpiTarget.Third => $"0x{SvsmProgram.ApicIds[(int)target % vcpuCount]:X}",
        IpiTarget.Nobody => "0x77",
        IpiTarget.Broadcast => "0xFFFFFFFF",
        IpiTarget.LogicalBroadcast => "0xFFFFFFFF -Logical",
        IpiTarget.LogicalFirst => "0x1 -Logical",
        IpiTarget.LogicalSecond => "0x8 -Logical",
        IpiTarget.LogicalCluster => "0xFFFF -Logical",
        _ => $"-Shorthand {target}",
    };

    private static uint Id(SvsmStep step, int vcpuCount) => SvsmProgram.ApicIds[step.Vcpu % vcpuCount];

    private static ulong Event(InjectedEventType type, byte vector) => new EventInjection(type, vector).Value;

    private static string Call(uint call, uint rcx, string at) => $"Invoke-ApicSvsmCall -Protocol {SvsmProtocol.Apic} -Call {call} -Rcx 0x{rcx:X} {at}";
}
