"""A hint to the processor to fetch memory that will be read soon. It changes times, never values."""

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

if config.DISABLE_JIT:

    def prefetch(array, index):
        """Nothing, where code is not compiled."""

else:

    @intrinsic
    def prefetch(typing_context, array, index):
        """Ask for the cache line that holds ``array[index]``, array of one dimension, index inside it."""
        if not (isinstance(array, types.Array) and array.ndim == 1 and isinstance(index, types.Integer)):
            return None

        def generate(context, builder, signature, arguments):
            array_type = signature.args[0]
            view = context.make_array(array_type)(context, builder, arguments[0])
            place = context.cast(builder, arguments[1], signature.args[1], types.intp)
            pointer = cgutils.get_item_pointer(context, builder, array_type, view, [place], wraparound=False)
            byte = ir.IntType(8).as_pointer()
            word = ir.IntType(32)
            hint = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0i8"
            )
            read, keep, data = (ir.Constant(word, value) for value in (0, 3, 1))
            builder.call(hint, [builder.bitcast(pointer, byte), read, keep, data])
            return context.get_dummy_value()

        return types.void(array, index), generate
