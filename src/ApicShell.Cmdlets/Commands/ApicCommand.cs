using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using ApicShell.Architecture;
using ApicShell.Arguments;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Errors;
using ApicShell.State;
using ApicShell.Texts;

namespace ApicShell.Commands;

/// <summary>What all commands share: the session's machines, and errors with ids.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ApicCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Whether the pipeline was stopped.</summary>
    protected new bool Stopping => _stop.IsCancellationRequested;

    /// <summary>Is cancelled when the pipeline is stopped.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    internal static RunspaceState State => RunspaceState.Current;

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => Stop();

    /// <summary>Ends what the command does; it may be called again, and from any thread.</summary>
    private protected void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command ended by itself in this moment.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the command holds.</summary>
    /// <param name="disposing">Whether it is the engine that asks.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    /// <summary>The newest machine.</summary>
    /// <exception cref="ApicException">There is none.</exception>
    private protected static ApicMachine CurrentMachine => State.CurrentMachine ?? throw ApicErrors.NoMachine();

    /// <summary>Files that the command reads.</summary>
    private protected InputFile Input(InputKind kind) => new(SessionState, kind, StopToken);

    /// <summary>Warns; what is put into the text is made fit to be shown.</summary>
    private protected void WriteWarning(PlainMessage text) => base.WriteWarning(text.ToString());

    /// <summary>Tells more; what is put into the text is made fit to be shown.</summary>
    private protected void WriteVerbose(PlainMessage text) => base.WriteVerbose(text.ToString());

    /// <summary>Shows how far the command is; file names are made fit to be shown.</summary>
    private protected new void WriteProgress(ProgressRecord record)
    {
        (record.Activity, record.StatusDescription) = (PlainText.Of(record.Activity), PlainText.Of(record.StatusDescription));
        base.WriteProgress(record);
    }

    /// <summary>Asks whether to do something; what is put into the question is made fit to be shown.</summary>
    private protected bool ShouldProcess(PlainMessage target, string action) => base.ShouldProcess(target.ToString(), PlainText.Of(action));

    /// <summary>Does something, and reports an <see cref="ApicException"/> of it, or what a machine refuses, as an error of this command.</summary>
    private protected void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (OperationCanceledException) when (Stopping)
        {
            // Of a pipeline that was stopped nothing is heard any more.
        }
        catch (ApicException error)
        {
            WriteError(error.ToErrorRecord());
        }
        catch (MachineException error)
        {
            WriteError(ApicErrors.OfMachine(error).ToErrorRecord());
        }
    }

    /// <summary>The vCPUs that were given; without any, vCPU 0 of the newest machine.</summary>
    private protected static IReadOnlyList<ApicVcpu> OneOf(ApicVcpu[]? given) => given ?? [CurrentMachine.At(0)];

    /// <summary>The vCPUs that were given; without any, all of the newest machine.</summary>
    private protected static IReadOnlyList<ApicVcpu> AllOf(ApicVcpu[]? given) => given ?? CurrentMachine.Vcpu;

    /// <summary>The registers that arguments name, with wildcards; one that names none is reported.</summary>
    private protected List<ApicRegister> Matching(RegisterArgument[] arguments)
    {
        var found = new List<ApicRegister>();
        foreach (RegisterArgument argument in arguments)
        {
            string text = argument.ToString();
            Guard(() =>
            {
                if (Wildcards.In(text))
                {
                    WildcardPattern pattern = Wildcards.Pattern(text);
                    found.AddRange(RegisterResolver.Names.Where(pattern.IsMatch).Select(name => (ApicRegister)Enum.Parse(typeof(ApicRegister), name)));
                }
                else
                {
                    found.Add(RegisterResolver.Register(argument));
                }
            });
        }

        return found;
    }

    /// <summary>Refuses a vCPU whose machine is gone.</summary>
    private protected static void CheckPresent(ApicVcpu vcpu)
    {
        if (vcpu.Machine.IsRemoved)
        {
            throw ApicErrors.MachineRemoved(vcpu.Machine);
        }
    }

    /// <summary>Refuses an origin that the vCPU's platform does not have.</summary>
    private protected static void CheckOrigin(ApicVcpu vcpu, AccessOrigin origin)
    {
        if (origin == AccessOrigin.Svsm && vcpu.Machine.Snp is null)
        {
            throw ApicErrors.OriginNotOnPlatform(vcpu.Machine);
        }

        if (origin == AccessOrigin.Svsm)
        {
            PlatformOf(vcpu);
        }
    }

    /// <summary>The platform of a vCPU that has an SVSM.</summary>
    private protected static SnpPlatform PlatformOf(ApicVcpu vcpu) =>
        vcpu.Machine.Snp is not { } platform ? throw ApicErrors.NotSevSnp(vcpu.Machine)
        : platform.Injection == SnpInjection.Restricted ? throw ApicErrors.NoSvsm(vcpu.Machine)
        : platform;

    /// <summary>Issues an access, and reports its fault or refusal.</summary>
    private protected ApicAccess Execute(ApicVcpu vcpu, in Access access, DeliveryRecorder? recorder = null)
    {
        CheckPresent(vcpu);
        CheckOrigin(vcpu, access.Origin);
        if (access.Origin == AccessOrigin.Host && access.Kind == AccessKind.Mmio)
        {
            throw ApicErrors.HostHasNoPage(vcpu.Machine);
        }

        var result = new ApicAccess(vcpu, access, vcpu.Execute(access, recorder));
        if (result.Outcome is Outcome.Fault or Outcome.Rejected)
        {
            WriteError(ApicErrors.OfAccess(result));
        }
        else if (result.Outcome == Outcome.Dropped || result.RuleId is SnpRule.SvsmNotNotified or SnpRule.SvsmIpiNobody or SnpRule.SvsmIllegalVector)
        {
            WriteWarning(result.Description);
        }
        else if (result.DroppedBits != 0)
        {
            WriteVerbose(result.Description);
        }

        return result;
    }
}
