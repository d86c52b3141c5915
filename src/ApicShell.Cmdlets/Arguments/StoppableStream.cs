using System;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace ApicShell.Arguments;

/// <summary>
/// A file that is read until a command is stopped. A file system may let a reader wait for as long as it likes, a network's or that of a
/// program's own, and the call cannot be taken back; so it is made on another thread, and a stopped command goes without it.
/// </summary>
internal sealed class StoppableStream(Stream inner, CancellationToken stop) : Stream
{
    /// <summary>Bytes that are read at once.</summary>
    public const int BufferSize = 1 << 16;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _position;
    private int _length;
    private bool _isAbandoned;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <summary>How far the file was read; it cannot be set.</summary>
    public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

    /// <summary>The result of a task, or the end of the wait for it.</summary>
    /// <param name="task">What is waited for.</param>
    /// <param name="clean">What becomes of a result that nobody waits for any more.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static T Wait<T>(Task<T> task, Action<T> clean, CancellationToken stop)
    {
        try
        {
            task.Wait(stop);
        }
        catch (OperationCanceledException)
        {
            task.ContinueWith(late => clean(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Capture(error.InnerException!).Throw();
        }

        return task.Result;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_position == _length)
        {
            _position = 0;
            _length = Fill();
        }

        int given = Math.Min(count, _length - _position);
        Array.Copy(_buffer, _position, buffer, offset, given);
        _position += given;
        return given;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // A read that is under way has the file; it closes it when it ends.
        if (disposing && !_isAbandoned)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Fill()
    {
        try
        {
            return Wait(Task.Run(() => inner.Read(_buffer, 0, _buffer.Length)), _ => inner.Dispose(), stop);
        }
        catch (OperationCanceledException)
        {
            _isAbandoned = true;
            throw;
        }
    }
}
