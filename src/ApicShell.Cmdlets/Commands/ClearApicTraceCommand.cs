using System.Management.Automation;

namespace ApicShell.Commands;

/// <summary>Clear-ApicTrace: forgets what machines did.</summary>
[Cmdlet(VerbsCommon.Clear, "ApicTrace", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class ClearApicTraceCommand : MachineCommand
{
    /// <inheritdoc/>
    protected override void Process(ApicMachine machine)
    {
        if (ShouldProcess($"machine {machine.Name}", "Clear trace"))
        {
            using (machine.Take())
            {
                machine.Log.Trace.Clear();
            }
        }
    }
}
