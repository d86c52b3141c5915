using System.Collections.Generic;
using System.Linq;
using static ApicShell.Campaigns.ScriptGenerator;

namespace ApicShell.Campaigns;

/// <summary>The operations of a script behind those that make the machine.</summary>
internal sealed partial class ScriptBody
{
    private const int LookedAt = 8;
    private const ulong Base = 0xFEE0_0000;
    private const ulong OtherBase = 0xFED4_0000;
    private const ulong BspBit = 0x100;
    private const ulong Disabled = 0;
    private const ulong XApic = 0x800;
    private const ulong X2Apic = 0xC00;

    // Readable in both modes' own way on every host: no count that runs, no CMCI, nothing that is written alone.
    private static readonly uint[] s_read =
    [
        0x20, 0x30, 0x80, 0xA0, 0xD0, 0xE0, 0xF0, 0x100, 0x110, 0x120, 0x170, 0x180, 0x1A0, 0x1F0, 0x200, 0x210, 0x220, 0x240, 0x270, 0x280, 0x300, 0x310,
        0x320, 0x330, 0x340, 0x350, 0x360, 0x370, 0x380, 0x3E0,
    ];

    private static readonly uint[] s_written = [0x20, 0x30, 0x80, 0x80, 0x90, 0xA0, 0xB0, 0xD0, 0xE0, 0xF0, 0xF0, 0x100, 0x200, 0x280, 0x330, 0x340, 0x350, 0x360, 0x370, 0x3F0];
    private static readonly uint[] s_set = [0x20, 0x30, 0x80, 0xA0, 0xD0, 0xF0, 0x110, 0x140, 0x1A0, 0x1E0, 0x200, 0x210, 0x240, 0x280, 0x310, 0x330, 0x350, 0x360, 0x370];
    private static readonly byte[] s_vectors = [0x10, 0x1F, 0x20, 0x21, 0x2F, 0x30, 0x31, 0x3F, 0x40, 0x41, 0x7F, 0x80, 0x9F, 0xA0, 0xD1, 0xEF, 0xF0, 0xFE, 0xFF];

    private readonly CampaignRandom _random;
    private readonly ScriptPlan _plan;
    private readonly List<IReadOnlyList<string>> _units = [];
    private readonly List<ulong> _modes;
    private readonly List<uint> _apicIds;

    public ScriptBody(CampaignRandom random, ScriptPlan plan) =>
        (_random, _plan, _apicIds, _modes) = (random, plan, [.. plan.ApicIds], [.. plan.ApicIds.Select(_ => XApic)]);

    public IReadOnlyList<IReadOnlyList<string>> Units => _units;

    /// <summary>What a guest does first: most vCPUs come to be on, in one of the modes, with interrupts on.</summary>
    public void Start()
    {
        for (int vcpu = 0; vcpu < _apicIds.Count && (vcpu < LookedAt || _random.OneIn(4)); vcpu++)
        {
            if (_random.OneIn(6))
            {
                continue;
            }

            if (_plan.OffersX2Apic && _random.Below(10) < _plan.X2ApicInTen)
            {
                SetMode(vcpu, X2Apic, Base);
            }

            Write(vcpu, 0xF0, _random.OneIn(6) ? 0x10FUL : 0x1FF);
            if (_random.OneIn(2))
            {
                Write(vcpu, 0xD0, (1UL << (vcpu & 7)) << 24);
            }

            if (_random.OneIn(4))
            {
                Write(vcpu, 0x3E0, _random.Of<ulong>(0, 1, 3, 8, 0xA, 0xB));
            }

            if (!_random.OneIn(3))
            {
                Say($"intr {vcpu} on");
            }

            if (_random.OneIn(4))
            {
                Say($"eoi {vcpu} off");
            }
        }
    }

    /// <summary>One thing more.</summary>
    public void Add()
    {
        int vcpu = _random.Below(_random.OneIn(8) ? _apicIds.Count : System.Math.Min(_apicIds.Count, LookedAt));
        switch (_random.Below(100))
        {
            case < 22:
                Ipi(vcpu);
                break;
            case < 34:
                Msi();
                break;
            case < 48:
                uint written = _random.Of(s_written);
                Write(vcpu, written, Value(written));
                break;
            case < 60:
                Read(vcpu);
                break;
            case < 66:
                ChangeMode(vcpu);
                break;
            case < 71:
                Timer(vcpu);
                break;
            case < 78:
                Host(vcpu);
                break;
            case < 90:
                Cpu(vcpu);
                break;
            case < 94:
                Odd(vcpu);
                break;
            case < 97:
                Say($"nmi {vcpu}");
                break;
            default:
                Look(vcpu);
                break;
        }
    }

    /// <summary>What is there in the end.</summary>
    public void End()
    {
        Say("settle");
        for (int vcpu = 0; vcpu < _apicIds.Count; vcpu++)
        {
            if (vcpu < LookedAt || _random.OneIn(4))
            {
                Say($"log {vcpu}");
                Say($"lapic {vcpu}");
                Say($"mpstate {vcpu}");
            }
        }
    }

    private void Say(params string[] unit) => _units.Add(unit);

    private bool GoesByMsr(int vcpu) => (_modes[vcpu] == X2Apic) != _random.OneIn(12);

    private static string WriteOf(bool byMsr, int vcpu, uint offset, ulong value) => byMsr
        ? $"wrmsr {vcpu} {Hex(0x800 + (offset >> 4))} {Hex(value)}"
        : $"mmiow {vcpu} {Hex(offset)} {Hex((uint)value)}";

    private void Write(int vcpu, uint offset, ulong value) => Say(WriteOf(GoesByMsr(vcpu), vcpu, offset, value));

    private void Read(int vcpu)
    {
        uint offset = _random.Of(s_read);
        Say(GoesByMsr(vcpu) ? $"rdmsr {vcpu} {Hex(0x800 + (offset >> 4))}" : $"mmior {vcpu} {Hex(offset)}");
    }

    /// <summary>A value of the kinds that find something: a border, a bit, a vector, the usual, anything.</summary>
    private ulong Value() => _random.Below(8) switch
    {
        0 => 0,
        1 => 0xFFFF_FFFF,
        2 => 1UL << _random.Below(32),
        3 or 4 => _random.Of(s_vectors) | (_random.OneIn(2) ? 0x1_0000UL : 0) | (_random.OneIn(4) ? 0x100UL << _random.Below(8) : 0),
        5 => (ulong)_random.Below(256) << 24,
        6 => (ulong)_random.Below(256),
        _ => _random.OneIn(8) ? _random.Next() : (uint)_random.Next(),
    };

    /// <summary>A value for a register: most of a local vector table's entries are such, one with each bit that means something now and then.</summary>
    private ulong Value(uint offset) => offset is < 0x320 or > 0x370 || _random.OneIn(5) ? Value()
        : Vector() | ((ulong)_random.Below(8) << 8) | (_random.OneIn(3) ? 0x1_0000UL : 0) | (_random.OneIn(4) ? 0x8000UL : 0) | (_random.OneIn(4) ? 0x2000UL : 0);

    private ulong Vector() => _random.OneIn(4) ? (ulong)_random.Below(256) : _random.Of(s_vectors);
}
