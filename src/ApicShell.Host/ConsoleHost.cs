using System;
using System.Globalization;
using System.Management.Automation.Host;

namespace ApicShell.Host;

/// <summary>The engine's view of this program.</summary>
internal sealed class ConsoleHost(ConsoleHostUI ui) : PSHost
{
    /// <summary>The code of <c>exit</c>, once it was called.</summary>
    public int? RequestedExitCode { get; private set; }

    public override string Name => "ApicShell.Host";

    public override Version Version { get; } = typeof(ConsoleHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => ui;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("ApicShell.Host has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("ApicShell.Host has no nested prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
