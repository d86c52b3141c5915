using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;
using ApicShell.Errors;
using ApicShell.State;
using ApicShell.Tracing;

namespace ApicShell;

/// <summary>A platform that a machine can have.</summary>
public enum ApicPlatform
{
    /// <summary>Accesses reach the local APIC directly.</summary>
    Native,

    /// <summary>An SEV-SNP guest with an SVSM: accesses go through a #VC handler.</summary>
    SevSnp,
}

/// <summary>What a machine runs on.</summary>
public enum ApicBackend
{
    /// <summary>The emulator of this module.</summary>
    Emulator,

    /// <summary>The KVM of the kernel that runs, by /dev/kvm.</summary>
    Kvm,
}

/// <summary>A handle to a machine: its properties show the present.</summary>
public sealed class ApicMachine
{
    private const string Checkpoints = "A checkpoint";

    private readonly List<ApicVcpu> _vcpus = [];
    private int _checkpoints;
    private volatile bool _isRemoved;

    /// <param name="name">Its name.</param>
    /// <param name="core">What it is a handle to.</param>
    /// <param name="log">What the session remembers of it.</param>
    /// <param name="kernel">The kernel that runs it, where one does.</param>
    internal ApicMachine(string name, IMachine core, MachineLog log, string? kernel = null)
    {
        Kernel = kernel;
        Name = name;
        Core = core;
        Log = log;
        core.Observer = log;
        log.Trace.Machine = core;
        AddHandles();
    }

    /// <summary>Its name in the session.</summary>
    public string Name { get; }

    /// <summary>Whose local APIC it has.</summary>
    public ApicModel Model => Core.Traits.Model;

    /// <summary>What it runs on.</summary>
    public ApicBackend Backend => Core is Machine ? ApicBackend.Emulator : ApicBackend.Kvm;

    /// <summary>On backend Kvm, the kernel that answers: its release, and which KVM; else null.</summary>
    public string? Kernel { get; }

    /// <summary>Its platform.</summary>
    public ApicPlatform Platform => Snp is null ? ApicPlatform.Native : ApicPlatform.SevSnp;

    /// <summary>On SEV-SNP, whether all VMPLs of a vCPU share a local APIC; else null.</summary>
    public ApicScope? ApicScope => Snp?.Scope;

    /// <summary>On SEV-SNP, whether the guest is under Restricted Injection, without an SVSM; else null.</summary>
    public bool? RestrictedInjection => Snp is { } snp ? snp.Injection == SnpInjection.Restricted : null;

    /// <summary>On SEV-SNP, what the hypervisor offers; else null.</summary>
    public HypervisorFeatures? HypervisorFeature => Snp?.Features;

    /// <summary>Number of vCPUs.</summary>
    public int VcpuCount
    {
        get
        {
            using (Take())
            {
                return _vcpus.Count;
            }
        }
    }

    /// <summary>Its vCPUs.</summary>
    public ApicVcpu[] Vcpu
    {
        get
        {
            using (Take())
            {
                return _vcpus.ToArray();
            }
        }
    }

    /// <summary>Whether CPUID offers x2APIC.</summary>
    public bool OffersX2Apic => Core.Traits.OffersX2Apic;

    /// <summary>Width of physical addresses in bits.</summary>
    public int PhysicalAddressBits => Core.Traits.PhysicalAddressBits;

    /// <summary>The mode that RESET leaves, by the model or by choice.</summary>
    public ApicMode ResetMode => Core.Traits.ResetMode ?? ApicTransition.OfReset(Model).To;

    /// <summary>Whether CPUID offers the timer's TSC-deadline mode; AMD's timer never has it.</summary>
    public bool OffersTscDeadline => Core.Traits.OffersTscDeadline && Core.Traits.HasTscDeadline;

    /// <summary>In which modes an APIC of model Intel sends lowest-priority IPIs; null where the model is another.</summary>
    public LowestPriorityIpis? LowestPriorityIpi => Model == ApicModel.Intel ? Core.Traits.LowestPriorityIpis : null;

    /// <summary>KVM's quirks that are on; none where the model is another.</summary>
    public KvmQuirks[] Quirks =>
    [
        .. from KvmQuirks quirk in Enum.GetValues(typeof(KvmQuirks))
           where Model == ApicModel.Kvm && quirk is not (KvmQuirks.None or KvmQuirks.Default) && (Core.Traits.Quirks & quirk) != 0
           select quirk,
    ];

    /// <summary>APIC ID of the bootstrap processor.</summary>
    public uint BootstrapId => Core.Traits.BootstrapId ?? Core.InitialApicId(0);

    /// <summary>Its clock, in nanoseconds since the machine was made: of the emulator a virtual one, of backend Kvm the time that passed.</summary>
    public ulong Clock
    {
        get
        {
            using (Take())
            {
                return Core.Clock;
            }
        }
    }

    /// <summary>Whether commands of this session that are given no vCPU use it; no thread without a session has a current one.</summary>
    public bool IsCurrent => RunspaceState.IsThere && RunspaceState.Current.CurrentMachine == this;

    /// <summary>Whether it was removed from the session.</summary>
    public bool IsRemoved => _isRemoved;

    /// <summary>What a <see cref="MachineLock"/> locks.</summary>
    internal object Gate { get; } = new();

    internal IMachine Core { get; }

    internal MachineLog Log { get; }

    internal SnpPlatform? Snp => Core.Snp();

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Takes the machine for as long as the result is not disposed of; every use of the core does so.</summary>
    /// <param name="recorder">Who notes what becomes of the messages that are sent meanwhile.</param>
    internal MachineLock Take(DeliveryRecorder? recorder = null) => new(this, recorder);

    /// <summary>One of its vCPUs, without a copy of them all.</summary>
    internal ApicVcpu At(int index)
    {
        using (Take())
        {
            return _vcpus[index];
        }
    }

    /// <summary>Lets time pass, as long as the clock can.</summary>
    /// <param name="nanoseconds">How long.</param>
    /// <param name="stop">Ends early a time that really passes.</param>
    internal ApicClockStep Step(ulong nanoseconds, CancellationToken stop)
    {
        using CancellationTokenRegistration stopped = stop.Register(Core.Stop);
        using (Take())
        {
            ulong from = Core.Clock;
            var watch = Log.Watch = new TimerWatch(Core);
            try
            {
                Core.Advance(nanoseconds);
            }
            finally
            {
                Log.Watch = null;
            }

            return new ApicClockStep(this, from, Core.Clock, watch.ToArray(this));
        }
    }

    /// <summary>Removes it from its session, whichever that is, and gives back what it holds of the kernel.</summary>
    internal void Remove()
    {
        _isRemoved = true;
        if (Core is IDisposable held)
        {
            using (Take())
            {
                held.Dispose();
            }
        }
    }

    /// <summary>The emulator that it is, for what only that can do.</summary>
    /// <param name="what">That, as the subject of a sentence.</param>
    internal Machine Emulator(string what) => Core as Machine ?? throw ApicErrors.BackendLacks(this, what);

    /// <summary>Refuses what not every machine can do.</summary>
    /// <param name="capability">What it takes.</param>
    /// <param name="what">The same, as the subject of a sentence.</param>
    internal void Require(MachineCapability capability, string what)
    {
        if (!Core.Can(capability))
        {
            throw ApicErrors.BackendLacks(this, what);
        }
    }

    internal ApicCheckpoint Checkpoint()
    {
        using (Take())
        {
            return new ApicCheckpoint(this, ++_checkpoints, Log.Trace.LastNumber, Emulator(Checkpoints).Checkpoint(), Log.Views.Copy());
        }
    }

    /// <summary>Whether a checkpoint can be restored here: same options, same APIC IDs.</summary>
    internal bool IsMadeLike(ApicCheckpoint checkpoint)
    {
        using (Take())
        {
            return checkpoint.Machine.Core.Traits == Core.Traits && checkpoint.Machine.Platform == Platform
                && checkpoint.Machine.ApicScope == ApicScope && checkpoint.Machine.RestrictedInjection == RestrictedInjection
                && checkpoint.Machine.HypervisorFeature == HypervisorFeature && Emulator(Checkpoints).Fits(checkpoint.State);
        }
    }

    internal void Restore(ApicCheckpoint checkpoint)
    {
        using (Take())
        {
            Emulator(Checkpoints).Restore(checkpoint.State);
            Log.Views.CopyFrom(checkpoint.Views);
        }
    }

    /// <summary>What is in the trace, oldest first, and how many older events made room.</summary>
    /// <param name="lost">Events that are gone.</param>
    /// <param name="last">Only the newest, this many.</param>
    internal ApicTraceEvent[] Events(out long lost, int last = int.MaxValue)
    {
        using (Take())
        {
            var ring = Log.Trace;
            lost = ring.Lost;
            var events = new ApicTraceEvent[Math.Min(last, ring.Count)];
            for (int i = 0; i < events.Length; i++)
            {
                TraceEntry entry = ring[ring.Count - events.Length + i];
                events[i] = new ApicTraceEvent(this, entry.Vcpu < 0 ? null : _vcpus[entry.Vcpu], entry);
            }

            return events;
        }
    }

    /// <summary>Makes handles for the vCPUs that have none yet, and returns them.</summary>
    internal IReadOnlyList<ApicVcpu> AddHandles()
    {
        int first = _vcpus.Count;
        for (int i = first; i < Core.VcpuCount; i++)
        {
            _vcpus.Add(new ApicVcpu(this, i));
        }

        return _vcpus.GetRange(first, _vcpus.Count - first);
    }
}
