using System;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Firmware;
using FsCheck;
using FsCheck.Fluent;

namespace ApicShell.Tests;

/// <summary>Steps of every form, with any operands.</summary>
internal static class RandomSteps
{
    public static Gen<MachineStep> All { get; } =
        from form in Gen.Elements(StepGrammar.Forms.ToArray())
        from vcpus in Gen.Elements(StepVcpus.One, StepVcpus.Aps, StepVcpus.All)
        from vcpu in Gen.Choose(0, 65535)
        from condition in Gen.Elements(Enum.GetValues<StepCondition>())
        from register in Gen.Elements(RegisterCatalogue.All.Select(spec => spec.Register).ToArray())
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        select Filled(form, new(form.Verb, vcpus == StepVcpus.One ? vcpu : 0, vcpus, condition), register, unchecked((uint)low), unchecked((uint)high));

    private static MachineStep Filled(StepForm form, MachineStep step, ApicRegister register, uint low, uint high)
    {
        foreach (StepOperand operand in form.Operands)
        {
            step = operand switch
            {
                StepOperand.Register => step with { Register = register },
                StepOperand.Clear => step with { Clear = high },
                StepOperand.Mode => step with { Number = (uint)(low % 3 == 2 ? ApicMode.X2Apic : (ApicMode)(low % 3)) },
                StepOperand.Handler => step with { Number = low % (uint)Enum.GetValues<VcHandler>().Length },
                StepOperand.Target => step with { Number = low % 5 == 0 ? StepGrammar.Others : low % 65536 },
                StepOperand.Msr => step with { Number = high },
                StepOperand.Offset => step with { Number = low & 0xFF0 },
                StepOperand.Vector or StepOperand.AnyVector => step with { Value = low & 0xFF },
                StepOperand.Cr8 => step with { Value = low & 0xF },
                StepOperand.LongValue => step with { Value = ((ulong)high << 32) | low },
                StepOperand.Nanoseconds => step with { Value = ((ulong)high << 31) | (low >> 1) },
                _ => step with { Value = low },
            };
        }

        return step;
    }
}
