using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using ApicShell.Emulation;

namespace ApicShell.Kvm;

/// <summary>
/// The kernel's own trace events of one machine's thread, from a start to a stop. It has an instance of tracefs of its own, so that nobody else's tracing is
/// disturbed; a marker before each command tells which command an event belongs to (Linux, Documentation/trace/ftrace.rst).
/// </summary>
public sealed class KernelTrace : RelayingObserver, IDisposable
{
    private static readonly HashSet<string> s_usual =
        ["kvm_msr", "kvm_cr", "kvm_msi_set_irq", "kvm_set_irq", "kvm_ack_irq", "kvm_eoi", "kvm_pv_eoi", "kvm_inj_virq", "kvm_pic_set_irq", "kvm_vcpu_wakeup"];

    private const string Marker = "apicshell ";
    private static int _made;

    private readonly string _instance;
    private FileStream? _marker;

    /// <summary>Starts.</summary>
    /// <param name="thread">The thread whose events are wanted, as the kernel numbers it.</param>
    /// <param name="isWanted">Which of KVM's events, by their names.</param>
    /// <param name="next">Who watches the machine beside; null for nobody.</param>
    /// <exception cref="KernelTraceException">The events cannot be had.</exception>
    public KernelTrace(int thread, Predicate<string> isWanted, MachineObserver? next)
        : base(next)
    {
        string root = Root();
        string[] wanted = [.. Wanted(root, isWanted)];
        _instance = Path.Combine(
            root, "instances", string.Create(CultureInfo.InvariantCulture, $"apicshell.{Environment.ProcessId}.{System.Threading.Interlocked.Increment(ref _made)}"));
        Guard(root, () =>
        {
            Directory.CreateDirectory(_instance);
            try
            {
                Write("trace_clock", "mono");
                Write("set_event_pid", thread.ToString(CultureInfo.InvariantCulture));
                foreach (string name in wanted)
                {
                    Write($"events/kvm/{name}/enable", "1");
                }

                _marker = new(Path.Combine(_instance, "trace_marker"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            }
            catch
            {
                Remove();
                throw;
            }
        });
    }

    /// <summary>Whether an event tells of interrupts or of the APIC's registers.</summary>
    public static bool IsUsual(string name) =>
        s_usual.Contains(name) || name.StartsWith("kvm_apic", StringComparison.Ordinal) || name.StartsWith("kvm_ioapic", StringComparison.Ordinal);

    /// <summary>Where tracefs is mounted.</summary>
    /// <exception cref="KernelTraceException">Nowhere.</exception>
    public static string Root()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            throw new KernelTraceException(KernelTraceProblem.NotLinux, $"Trace events of KVM are Linux's: this system has none.");
        }

        // Fields of a line: device, mount point, type.
        return File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).FirstOrDefault(mount => mount.Length > 2 && mount[2] == "tracefs")?[1]
            ?? throw new KernelTraceException(
                KernelTraceProblem.NotMounted, $"No tracefs is mounted. Root mounts it by: mount -t tracefs nodev /sys/kernel/tracing.");
    }

    /// <inheritdoc/>
    public override void OnCommand(long number, in MachineCommand command)
    {
        _marker?.Write(Encoding.ASCII.GetBytes(Marker + number.ToString(CultureInfo.InvariantCulture)));
        base.OnCommand(number, command);
    }

    /// <summary>The events so far, in order of time.</summary>
    public IReadOnlyList<KernelEvent> Read()
    {
        List<KernelEvent> events = [];
        long command = 0;
        foreach (string line in File.ReadLines(Path.Combine(_instance, "trace")))
        {
            int at = line.IndexOf(": " + Marker, StringComparison.Ordinal);
            if (at >= 0 && long.TryParse(line.AsSpan(at + 2 + Marker.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                command = number;
            }
            else if (KernelEvent.Of(line, command) is { } item)
            {
                events.Add(item);
            }
        }

        return events;
    }

    /// <summary>Stops, and gives the instance back to the kernel.</summary>
    public void Dispose() => Remove();

    private static IEnumerable<string> Wanted(string root, Predicate<string> isWanted)
    {
        string all = Path.Combine(root, "events", "kvm");
        string[] names = [];
        Guard(root, () => names = Directory.Exists(all) ? [.. Directory.GetDirectories(all).Select(path => Path.GetFileName(path)!)] : []);
        if (names.Length == 0)
        {
            throw new KernelTraceException(
                KernelTraceProblem.NoKvmEvents, $"{all} has no trace events: KVM is not loaded, the kernel was built without them, or they are for root alone.");
        }

        return names.Where(name => isWanted(name));
    }

    private static void Guard(string root, Action action)
    {
        try
        {
            action();
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new KernelTraceException(KernelTraceProblem.NoPermission, $"{root} is for root: the trace events of KVM cannot be had.", cause);
        }
        catch (IOException cause)
        {
            throw new KernelTraceException(KernelTraceProblem.Failed, $"{root} could not be used: {cause.Message}", cause);
        }
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_instance, file), text);

    private void Remove()
    {
        _marker?.Dispose();
        _marker = null;

        // The files of an instance are the kernel's: the folder goes as if it were empty.
        if (Directory.Exists(_instance))
        {
            Directory.Delete(_instance, recursive: false);
        }
    }
}
