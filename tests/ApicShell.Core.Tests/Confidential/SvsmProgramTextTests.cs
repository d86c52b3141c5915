using System;
using System.Linq;
using ApicShell.Confidential;
using Xunit;

namespace ApicShell.Tests;

/// <summary>A program that fails is printed as commands.</summary>
public class SvsmProgramTextTests
{
    [Fact]
    public void A_program_is_a_script()
    {
        var program = new SvsmProgram(
            2,
            ApicScope.PerVmpl,
            true,
            [
                new(SvsmOp.AllowAll, 0, 1), new(SvsmOp.HostLevel, 1, 0x60), new(SvsmOp.Ipi, 0, 0x41, IpiTarget.Second), new(SvsmOp.Ipi, 0, 0x41, IpiTarget.AllButSelf),
                new(SvsmOp.NmiIpi, 0, 0x41, IpiTarget.Second), new(SvsmOp.ExitException, 1, 0x0E), new(SvsmOp.Intercept), new(SvsmOp.EndLazily, 1),
                new(SvsmOp.Eoi), new(SvsmOp.Cr8, 0, 0x13), new(SvsmOp.Configure, 0, 1),
            ]);
        const string Script = """
            $v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope PerVmpl -ResetMode X2Apic).Vcpu
            Write-ApicMsr Svr 0x1FF -Origin Svsm -Vcpu $v
            Write-ApicMsr Svr 0x1FF -Vcpu $v
            Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior NmiSentAsFixed -Vcpu $v
            Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
            Invoke-ApicSvsmCall -Protocol 3 -Call 4 -Rcx 0x300 -Vcpu $v[0]
            Send-ApicInterrupt -Destination 0x3 -Vector 0x65 -Level
            Send-ApicIpi 0x41 0x3 -Vcpu $v[0]
            Send-ApicIpi 0x41 -Shorthand AllButSelf -Vcpu $v[0]
            Write-ApicMsr Icr 0x300000441 -Vcpu $v[0]
            Set-ApicVcpu -Vmpl 0 -ExitInterrupt 0x8000030E -Vcpu $v[1]
            Receive-ApicInterrupt -Intercepted -Vcpu $v[0]
            Complete-ApicInterrupt -Vcpu $v[1]
            Complete-ApicInterrupt -Explicit -Vcpu $v[0]
            Set-ApicVcpu -Cr8 3 -Vcpu $v[0]
            Invoke-ApicSvsmCall -Protocol 3 -Call 1 -Rcx 0x1 -Vcpu $v[0]
            """;
        Assert.Equal(Script.ReplaceLineEndings("\n"), SvsmProgramText.Of(program, SvsmBehavior.NmiSentAsFixed));
    }

    [Fact]
    public void Every_operation_and_target_is_a_command_of_its_own()
    {
        string[] operations = [.. Enum.GetValues<SvsmOp>().Select(op => SvsmProgramText.Of(new SvsmStep(op, 0, 2), 3))];
        Assert.Equal(operations.Length, operations.Distinct().Count());
        string[] targets = [.. Enum.GetValues<IpiTarget>().Select(target => SvsmProgramText.Of(new SvsmStep(SvsmOp.Ipi, 0, 0x41, target), 3))];
        Assert.Equal(targets.Length, targets.Distinct().Count());
    }
}
