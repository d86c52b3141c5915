using System;
using System.Globalization;
using System.Management.Automation.Host;

namespace ApicShell.Tests.Engine;

/// <summary>A host that collects text instead of showing it, in lines of a fixed width, and that nobody can answer.</summary>
internal sealed class CapturingHost : PSHost
{
    private readonly CapturingUserInterface _userInterface = new();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "ApicShell.Module.Tests";

    public override PSHostUserInterface UI => _userInterface;

    public override Version Version { get; } = new(1, 0);

    /// <summary>Gives the text collected since the last call, with \n as the end of a line.</summary>
    public string TakeText() => _userInterface.TakeText();

    public override void EnterNestedPrompt() => throw new NotSupportedException("The test host has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("The test host has no nested prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
