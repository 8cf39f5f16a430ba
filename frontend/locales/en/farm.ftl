problem-hold-released = An officer has released this hold already.
wrong-hold-state = Choose open or released.
