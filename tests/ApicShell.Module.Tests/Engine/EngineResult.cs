using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Xunit;

namespace ApicShell.Tests.Engine;

/// <summary>What one script gave: its output, its errors and what it wrote elsewhere.</summary>
/// <param name="Output">The objects that the script emitted.</param>
/// <param name="Errors">The errors it wrote and, as the last one, the error that ended it.</param>
/// <param name="Warnings">The warnings it wrote.</param>
/// <param name="HostText">What it wrote to the host, such as the text of -WhatIf.</param>
/// <param name="Terminated">Whether an error ended the script before its end.</param>
public sealed record EngineResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    string HostText,
    bool Terminated)
{
    /// <summary>Gets the one error, and fails the test when there is none or more than one.</summary>
    public ErrorRecord SingleError => Assert.Single(Errors);

    /// <summary>Gives the one object of the output as a <typeparamref name="T"/>, and fails the test when there were errors.</summary>
    public T One<T>()
    {
        NoErrors();
        return Assert.IsAssignableFrom<T>(Assert.Single(Output)?.BaseObject);
    }

    /// <summary>Fails the test when the script had errors, and shows them.</summary>
    public EngineResult NoErrors()
    {
        Assert.True(Errors.Count == 0, string.Join(Environment.NewLine, Errors.Select(Describe).Prepend("The script had errors:")));
        return this;
    }

    private static string Describe(ErrorRecord error) => $"  {error.FullyQualifiedErrorId}: {error}";
}
