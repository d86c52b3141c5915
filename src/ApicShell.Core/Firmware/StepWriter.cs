using System.Globalization;
using System.Text;
using ApicShell.Confidential;
using static ApicShell.Firmware.StepOperand;

namespace ApicShell.Firmware;

/// <summary>Writes steps as text.</summary>
internal static class StepWriter
{
    public static string Write(MachineStep step)
    {
        StepForm form = StepGrammar.FormOf(step.Verb);
        var text = new StringBuilder();
        text.Append(step.Vcpus switch
        {
            StepVcpus.Aps => "aps: ",
            StepVcpus.All => "all: ",
            _ => step.Vcpu == 0 ? "" : $"v{step.Vcpu}: ",
        });
        if (step.Condition != StepCondition.Always)
        {
            text.Append(StepGrammar.ConditionWord).Append(' ').Append(StepGrammar.WordOf(step.Condition)).Append(' ');
        }

        text.Append(form.Words);
        foreach (StepOperand operand in form.Operands)
        {
            string word = Write(step, operand);
            text.Append(word.Length == 0 ? "" : " ").Append(word);
        }

        return text.ToString();
    }

    private static string Write(MachineStep step, StepOperand operand) => operand switch
    {
        StepOperand.Register => step.Register.ToString(),
        StepOperand.Mode => step.TargetMode.ToString(),
        StepOperand.Handler => ((VcHandler)step.Number).ToString(),
        Target => step.Number == StepGrammar.Others ? "others" : $"v{step.Number}",
        Clear => Hex(step.Clear),
        Msr or Offset => Hex(step.Number),
        AnyVector => step.Value == 0 ? "" : Hex(step.Value),
        Nanoseconds => step.Value == 0 ? "" : step.Value.ToString(CultureInfo.InvariantCulture),
        _ => Hex(step.Value),
    };

    private static string Hex(ulong value) => $"0x{value:X}";
}
