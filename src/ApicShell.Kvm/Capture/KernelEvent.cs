using System.Globalization;
using System.Text.RegularExpressions;

namespace ApicShell.Kvm;

/// <summary>One trace event of KVM, as the kernel prints it.</summary>
/// <param name="Seconds">When, by the kernel's monotonic clock.</param>
/// <param name="Thread">The thread that caused it.</param>
/// <param name="Name">The event's name: <c>kvm_apic_accept_irq</c>.</param>
/// <param name="Text">What the kernel says of it: <c>apicid 0 vec 65 (Fixed|edge)</c>.</param>
/// <param name="Command">The number of the command during which it came; 0 before the first.</param>
public sealed partial record KernelEvent(double Seconds, int Thread, string Name, string Text, long Command)
{
    /// <summary>The event that a line of the file <c>trace</c> is; null for a line that is none.</summary>
    internal static KernelEvent? Of(string line, long command)
    {
        Match match = Line().Match(line);
        return !match.Success ? null : new(
            double.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["thread"].Value, CultureInfo.InvariantCulture),
            match.Groups["name"].Value, match.Groups["text"].Value.TrimEnd(), command);
    }

    // "       kvm-thread-1234    [001] d..1.  5678.901234: kvm_apic: apic_write APIC_SPIV = 0x1ff": a thread's name may hold anything.
    [GeneratedRegex(@"^.*-(?<thread>\d+)\s+(\(\s*[-\d]+\)\s+)?\[\d+\]\s+\S+\s+(?<time>\d+\.\d+): (?<name>\w+): (?<text>.*)$", RegexOptions.RightToLeft)]
    private static partial Regex Line();
}
