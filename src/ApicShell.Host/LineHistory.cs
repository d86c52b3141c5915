using System.Collections.Generic;

namespace ApicShell.Host;

/// <summary>Earlier lines, and the place where the user is looking among them.</summary>
internal sealed class LineHistory
{
    private readonly List<string> _lines = [];
    private int _position;
    private string _draft = string.Empty;

    public void Add(string line)
    {
        if (!string.IsNullOrWhiteSpace(line) && (_lines.Count == 0 || _lines[^1] != line))
            _lines.Add(line);
        Rewind();
    }

    /// <summary>Back to the end, where the new line is.</summary>
    public void Rewind() => _position = _lines.Count;

    /// <summary>The line before or after; null at either end. What was being typed is kept and comes back.</summary>
    public string? Move(int step, string current)
    {
        int target = _position + step;
        if (target < 0 || target > _lines.Count)
            return null;
        if (_position == _lines.Count)
            _draft = current;
        _position = target;
        return target == _lines.Count ? _draft : _lines[target];
    }
}
