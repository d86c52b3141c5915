using System;
using System.IO;
using System.Text;

namespace ApicShell.Tracing;

/// <summary>Reads the lines of a trace of any size in bounded memory, and refuses what is no text.</summary>
public sealed class TraceLineReader : IDisposable
{
    /// <summary>Longest line, in characters.</summary>
    public const int MaxLineLength = 4096;

    private readonly TextReader _reader;
    private readonly char[] _buffer = new char[16384];
    private readonly StringBuilder _line = new();
    private int _position;
    private int _length;

    /// <summary>Reads from a reader, which it then owns.</summary>
    public TraceLineReader(TextReader reader) => _reader = reader;

    /// <summary>Number of the line that was read last, from 1; 0 before the first.</summary>
    public long Line { get; private set; }

    /// <summary>The next line without its end, or null at the end of the trace.</summary>
    /// <exception cref="TraceFormatException">The line is too long, or not text.</exception>
    public string? ReadLine()
    {
        _line.Clear();
        bool any = false;
        while (_position < _length || Fill())
        {
            any = true;
            int end = Array.IndexOf(_buffer, '\n', _position, _length - _position);
            int stop = end < 0 ? _length : end;
            Append(stop);
            _position = stop + (end < 0 ? 0 : 1);
            if (end >= 0)
            {
                break;
            }
        }

        if (!any)
        {
            return null;
        }

        Line++;
        return _line.ToString().TrimEnd('\r');
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private bool Fill()
    {
        _position = 0;
        _length = _reader.Read(_buffer, 0, _buffer.Length);
        return _length > 0;
    }

    private void Append(int stop)
    {
        for (int i = _position; i < stop; i++)
        {
            if (_buffer[i] is (< ' ' and not ('\t' or '\r')) or '\uFFFD')
            {
                throw new TraceFormatException(TraceProblem.NotText, Line + 1, "there are bytes that no text has; is this a binary file?");
            }
        }

        if (_line.Length + stop - _position > MaxLineLength)
        {
            throw new TraceFormatException(
                TraceProblem.LineTooLong, Line + 1, $"the line is longer than {MaxLineLength} characters, which no trace event is.");
        }

        _line.Append(_buffer, _position, stop - _position);
    }
}
