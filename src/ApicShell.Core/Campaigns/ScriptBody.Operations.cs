using static ApicShell.Campaigns.ScriptGenerator;

namespace ApicShell.Campaigns;

/// <content>The kinds of operations.</content>
internal sealed partial class ScriptBody
{
    private const ulong Masked = 0x1_0000;

    // A timer's end is never near a look at it: this count takes two seconds at the least, this deadline minutes.
    private const ulong FarCount = 0xF000_0000;
    private const ulong FarCycles = 1_000_000_000_000;
    private const string LongEnough = "wait 3000000";

    // SMI is left out: whether a host has it is the host's affair. A remote read and a start-up without INIT come seldom.
    private ulong DeliveryMode() => _random.Below(20) switch
    {
        < 10 => 0,
        < 14 => 1,
        < 16 => 4,
        < 18 => 5,
        18 => 6,
        _ => _random.Of<ulong>(3, 7),
    } << 8;

    private void Ipi(int vcpu)
    {
        ulong low = Vector() | DeliveryMode() | (_random.OneIn(10) ? 0 : 0x4000UL) | (_random.OneIn(10) ? 0x8000UL : 0) | (_random.OneIn(3) ? 0x800UL : 0)
            | (_random.OneIn(4) ? (ulong)_random.Below(4) << 18 : 0) | (_random.OneIn(30) ? 1UL << _random.Below(32) : 0);
        uint to = Destination((low & 0x800) != 0);
        if (_modes[vcpu] == X2Apic)
        {
            Say(_random.OneIn(8) ? $"wrmsr {vcpu} 0x83f {Hex(Vector())}" : $"wrmsr {vcpu} 0x830 {Hex(((ulong)to << 32) | low)}");
            return;
        }

        Say($"mmiow {vcpu} 0x310 {Hex(to << 24)}");
        Say($"mmiow {vcpu} 0x300 {Hex(low)}");
    }

    private uint Destination(bool isLogical)
    {
        uint id = _apicIds[_random.Below(_apicIds.Count)];
        return _random.Below(10) switch
        {
            0 => 0xFF,
            1 => _random.OneIn(2) ? 0 : uint.MaxValue,
            2 => (uint)_random.Below(256),
            _ when !isLogical => id,
            < 6 => 1u << (int)(id & 7),
            < 8 => ((id >> 4) << 16) | (1u << (int)(id & 15)),
            _ => (uint)_random.Below(16) | (_random.OneIn(3) ? (uint)_random.Below(16) << 4 : 0),
        };
    }

    private void Msi()
    {
        bool isLogical = _random.OneIn(3);
        uint to = Destination(isLogical);
        ulong address = Base | ((to & 0xFFUL) << 12) | (isLogical ? 4UL : 0) | (_random.OneIn(3) ? 8UL : 0);
        address |= _plan.HasLongIds ? (ulong)(to & 0xFFFF_FF00) << 32 : 0;
        address ^= _random.OneIn(20) ? 1UL << (32 + _random.Below(32)) : 0;
        ulong data = Vector() | DeliveryMode() | (_random.OneIn(2) ? 0x4000UL : 0) | (_random.OneIn(4) ? 0x8000UL : 0) | (_random.OneIn(12) ? (ulong)_random.Below(0x10000) << 16 : 0);
        Say($"msi {Hex(address)} {Hex(data)}");
    }

    private void ChangeMode(int vcpu)
    {
        ulong mode = _random.Below(10) switch { < 3 => Disabled, < 6 => XApic, < 9 => X2Apic, _ => 0x400UL };
        if (_random.OneIn(8))
        {
            // What no APIC_BASE has: faults, and changes nothing.
            Say($"wrmsr {vcpu} 0x1b {Hex(Base | mode | _random.Of<ulong>(1, 0x200, 1UL << 52, 1UL << 63))}");
            return;
        }

        SetMode(vcpu, mode, _random.OneIn(10) ? OtherBase : Base);
    }

    /// <summary>A write of APIC_BASE, by the guest or its host. What mode the APIC is in then is a guess, right where the way is allowed.</summary>
    private void SetMode(int vcpu, ulong mode, ulong page)
    {
        bool isBsp = _apicIds[vcpu] == _plan.Bootstrap;
        ulong bsp = isBsp != _random.OneIn(20) ? BspBit : 0;
        bool isAllowed = (mode, _modes[vcpu]) is not ((XApic, X2Apic) or (X2Apic, Disabled) or (0x400, _)) && (mode != X2Apic || _plan.OffersX2Apic);
        Say($"{(_random.OneIn(12) ? "hwrmsr" : "wrmsr")} {vcpu} 0x1b {Hex(page | bsp | mode)}");
        _modes[vcpu] = isAllowed ? mode : _modes[vcpu];
    }

    private void Timer(int vcpu)
    {
        bool byMsr = _modes[vcpu] == X2Apic;
        string Lvt(ulong value) => WriteOf(byMsr, vcpu, 0x320, value);
        string Count(ulong value) => WriteOf(byMsr, vcpu, 0x380, value);
        ulong vector = Vector() | (_random.OneIn(5) ? Masked : 0);
        switch (_random.Below(6))
        {
            case 0:
                // It ends, is taken by the vCPU's own run, and has nothing left that could start it again.
                Say(Lvt(vector), Count((ulong)(1000 + _random.Below(20000))), LongEnough, $"nop {vcpu}", _plan.SetsPages || _random.OneIn(2) ? Count(0) : $"nop {vcpu}");
                break;
            case 1 when _plan.OffersDeadline:
                Say(Lvt(vector | 0x4_0000), $"tscdl {vcpu} {1000 + _random.Below(20000)}", LongEnough, $"nop {vcpu}", $"check {vcpu} msr 0x6e0 eq 0");
                break;
            case 2 when _plan.OffersDeadline:
                Say(Lvt(vector | 0x4_0000));
                Say($"tscdl {vcpu} {FarCycles}");
                Say($"check {vcpu} msr 0x6e0 gt 0");
                break;
            case 3:
                Say(Lvt(vector | (_random.OneIn(12) ? 0x6_0000UL : 0x2_0000)));
                Say(Count(FarCount));
                break;
            case 4:
                Say(Lvt(vector), Count(FarCount));
                Say($"check {vcpu} {(byMsr ? "msr 0x839" : "mmio 0x390")} gt 0");
                break;
            default:
                Say(Lvt(vector), Count(0));
                break;
        }
    }

    private void Host(int vcpu)
    {
        uint offset = _random.Of(s_read);
        switch (_random.Below(8))
        {
            case < 2:
                Say($"hrdmsr {vcpu} {Hex(0x800 + (offset >> 4))}");
                break;
            case 2:
                Say($"hrdmsr {vcpu} 0x1b");
                break;
            case < 5:
                uint written = _random.Of(s_written);
                Say($"hwrmsr {vcpu} {Hex(0x800 + (written >> 4))} {Hex(Value(written))}");
                break;
            case < 7 when _plan.SetsPages:
                uint set = _random.Of(s_set);
                Say($"hlapic {vcpu} {Hex(set)} {Hex((uint)Value(set))}");
                break;
            case 7 when _random.OneIn(4) && _apicIds.Count < LookedAt:
                AddVcpu();
                break;
            default:
                Say($"sregs {vcpu}");
                break;
        }
    }

    private void AddVcpu()
    {
        uint id = (uint)_random.Below(64);
        if (!_apicIds.Contains(id))
        {
            _apicIds.Add(id);
            _modes.Add(XApic);
            Say($"addvcpu {id}");
        }
    }

    private void Cpu(int vcpu)
    {
        switch (_random.Below(10))
        {
            case < 3:
                Say($"intr {vcpu} {_random.Of("on", "on", "off")}");
                break;
            case < 5:
                Say($"nop {vcpu}");
                break;
            case 5:
                Say($"eoi {vcpu} {_random.Of("on", "off")}");
                break;
            case 6:
                Write(vcpu, 0xB0, 0);
                break;
            case 7:
                Say(_random.OneIn(2) ? $"cr8r {vcpu}" : $"cr8w {vcpu} {Hex((ulong)_random.Below(_random.OneIn(12) ? 20 : 16))}");
                break;
            case 8:
                Say(_random.OneIn(3) ? $"hlt {vcpu} 3" : "settle");
                break;
            default:
                Say($"cpuid {vcpu} {_random.Of("0x1", "0xb")}");
                break;
        }
    }

    /// <summary>An access of another shape than a driver's.</summary>
    private void Odd(int vcpu)
    {
        uint offset = _random.Of(s_written);
        switch (_random.Below(6))
        {
            case 0:
                Say($"mmiow {vcpu} {Hex(offset)} {Hex((uint)Value())} {_random.Of(1, 2, 8)}");
                break;
            case 1:
                Say($"mmiow {vcpu} {Hex(offset + (uint)_random.Of(1, 2, 4, 8, 12))} {Hex((uint)Value())}");
                break;
            case 2:
                Say($"mmior {vcpu} {Hex(_random.Of(s_read) + (uint)_random.Of(0, 1))} {_random.Of(1, 2)}");
                break;
            case 3:
                Say($"memr {vcpu} {Hex((_random.OneIn(2) ? Base : OtherBase) | _random.Of(s_read))}");
                break;
            case 4:
                Say($"memw {vcpu} {Hex((_random.OneIn(2) ? Base : OtherBase) | offset)} {Hex((uint)Value())}");
                break;
            default:
                Say($"rdmsr {vcpu} {Hex(_random.Of<uint>(0x800, 0x801, 0x80B, 0x80E, 0x831, 0x83A, 0x83F, 0x840, 0x8FF))}");
                break;
        }
    }

    private void Look(int vcpu)
    {
        switch (_random.Below(3))
        {
            case 0:
                Say($"log {vcpu}");
                break;
            case 1:
                Say($"lapic {vcpu}");
                break;
            default:
                Say($"mpstate {vcpu}");
                break;
        }
    }
}
